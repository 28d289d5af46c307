"""Local improvement of placed groups: one moves to a better option, and the one in its way moves too."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from matching.compiled import Array, Int, compiled
from matching.pairs.index import ragged

NONE = -1
MOST_ROUNDS = 20


class Choices(NamedTuple):
    """Options by group (``starts``), what each is worth, and the places it takes: entries by option.

    Held options hang in a ring per order (``following``, ``leading``): the first entries are the orders' own.
    """

    starts: Array
    value: Array
    entry_starts: Array
    orders: Array
    places: Array
    option_of: Array
    group_of: Array


class Table(NamedTuple):
    """The seats: places left per order, the option of every group, and the rings of held entries."""

    left: Array
    chosen: Array
    following: Array
    leading: Array


@compiled
def fits(choices: Choices, table: Table, option: Int) -> bool:
    """Whether all places of an option are free."""
    for entry in range(choices.entry_starts[option], choices.entry_starts[option + 1]):
        if table.left[choices.orders[entry]] < choices.places[entry]:
            return False
    return True


@compiled
def take(choices: Choices, table: Table, option: Int) -> None:
    """Take the places of an option; nothing for none."""
    if option == NONE:
        return
    for entry in range(choices.entry_starts[option], choices.entry_starts[option + 1]):
        order, at = choices.orders[entry], len(table.left) + entry
        table.left[order] -= choices.places[entry]
        table.following[at], table.leading[at] = table.following[order], order
        table.leading[table.following[order]] = at
        table.following[order] = at


@compiled
def leave(choices: Choices, table: Table, option: Int) -> None:
    """Free the places of an option; nothing for none."""
    if option == NONE:
        return
    for entry in range(choices.entry_starts[option], choices.entry_starts[option + 1]):
        at = len(table.left) + entry
        table.left[choices.orders[entry]] += choices.places[entry]
        table.following[table.leading[at]] = table.following[at]
        table.leading[table.following[at]] = table.leading[at]


@compiled
def best_fitting(choices: Choices, table: Table, group: Int) -> Int:
    """The best option of a group whose places are free, none where there is none."""
    best: Int = NONE
    for option in range(choices.starts[group], choices.starts[group + 1]):
        better = choices.value[option] > worth(choices, best)
        if better and fits(choices, table, option):
            best = option
    return best


@compiled
def worth(choices: Choices, option: Int) -> Int:
    """What an option is worth, nothing for none."""
    return np.int64(0) if option == NONE else choices.value[option]


@compiled
def crowded_order(choices: Choices, table: Table, option: Int) -> Int:
    """The first order of an option that lacks places for it, none where it fits."""
    for entry in range(choices.entry_starts[option], choices.entry_starts[option + 1]):
        if table.left[choices.orders[entry]] < choices.places[entry]:
            return np.int64(choices.orders[entry])
    return np.int64(NONE)


@compiled
def gain_by_moving(choices: Choices, table: Table, option: Int, mover: Int) -> tuple[Int, Int]:
    """What an option gains when another group moves away, and where that goes; less than nothing if in
    vain."""
    held = table.chosen[mover]
    leave(choices, table, held)
    gain: Int = np.int64(-1)
    instead = np.int64(NONE)
    if fits(choices, table, option):
        take(choices, table, option)
        instead = np.int64(best_fitting(choices, table, mover))
        gain = worth(choices, option) - worth(choices, held) + worth(choices, instead)
        leave(choices, table, option)
    take(choices, table, held)
    return gain, instead


@compiled
def move(choices: Choices, table: Table, group: Int) -> Int:
    """Give a group the option that gains most, moving at most one other; returns the gain."""
    held = table.chosen[group]
    leave(choices, table, held)
    best = np.int64(best_fitting(choices, table, group))
    most, moved = worth(choices, best), np.int64(NONE)
    instead: Int = np.int64(NONE)
    for option in range(choices.starts[group], choices.starts[group + 1]):
        order = crowded_order(choices, table, option)
        if order == NONE or choices.value[option] <= most:
            continue
        at = table.following[order]
        while at != order:
            holder = choices.group_of[choices.option_of[at - len(table.left)]]
            following = table.following[at]
            gain, elsewhere = gain_by_moving(choices, table, option, holder)
            if gain > most:
                most, best, moved, instead = gain, np.int64(option), holder, elsewhere
            at = following
    if moved != NONE:
        leave(choices, table, table.chosen[moved])
        take(choices, table, best)
        take(choices, table, instead)
        table.chosen[moved] = instead
    else:
        take(choices, table, best)
    table.chosen[group] = best
    return most - worth(choices, held)


@compiled
def exchange_rounds(choices: Choices, table: Table, most: Int) -> Int:
    """Move group after group until no group gains or ``most`` rounds are over; returns the sum of gains."""
    total = np.int64(0)
    for _ in range(most):
        gained = np.int64(0)
        for group in range(len(table.chosen)):
            gained += move(choices, table, group)
        total += gained
        if gained == 0:
            break
    return total


def improved(
    groups: np.ndarray,
    value: np.ndarray,
    takes: Sequence[Mapping[int, int]],
    chosen: np.ndarray,
    left: np.ndarray,
) -> tuple[np.ndarray, int]:
    """Better options for groups, and how much they gain; no single worker loses a place.

    ``groups`` and ``value`` (above 0) are int64 by option, ``takes`` its places by order; ``chosen`` is the
    option of every group or -1, ``left`` the free places. The result depends on these alone.

    >>> takes = [{0: 1}, {1: 1}, {0: 1}]
    >>> improved(np.array([0, 0, 1]), np.array([5, 4, 3]), takes, np.array([0, -1]), np.array([0, 1]))
    (array([1, 2]), 2)
    """
    by_group = np.argsort(groups, kind="stable")
    number = np.append(np.argsort(by_group), NONE)  # of an option as given; the last is none's
    starts = np.searchsorted(groups[by_group], np.arange(len(chosen) + 1))
    entry_starts, orders = ragged([list(takes[option]) for option in by_group.tolist()])
    _, places = ragged([list(takes[option].values()) for option in by_group.tolist()])
    option_of = np.repeat(np.arange(len(by_group)), np.diff(entry_starts))
    choices = Choices(starts, value[by_group], entry_starts, orders, places, option_of, groups[by_group])
    ring = np.arange(len(left) + len(orders))
    table = Table(left + _held(takes, chosen, len(left)), number[chosen], ring, ring.copy())
    for option in table.chosen:
        take(choices, table, option)
    gain = exchange_rounds(choices, table, MOST_ROUNDS)
    return np.append(by_group, NONE)[table.chosen], int(gain)


def _held(takes: Sequence[Mapping[int, int]], chosen: np.ndarray, orders: int) -> np.ndarray:
    """Places that the chosen options hold, by order."""
    held = np.zeros(orders, np.int64)
    for option in chosen[chosen != NONE].tolist():
        for order, places in takes[option].items():
            held[order] += places
    return held
