"""Small groups stay hidden on the table of who works where, also from those who can subtract."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from app.home.flows import FEW, Cells, hide_small

tables = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(1, 40), max_size=16
)


def lines(cells: Cells) -> list[list[tuple[str, str]]]:
    """Return the keys of every row and column."""
    return [
        [key for key in cells if key[side] == code]
        for side, code in [*product([0], "abcd"), *product([1], "wxyz")]
    ]


def test_a_large_group_is_shown() -> None:
    assert hide_small({("a", "w"): 12, ("b", "x"): 30}) == {("a", "w"): 12, ("b", "x"): 30}


def test_a_small_group_takes_a_neighbour_with_it() -> None:
    shown = hide_small({("a", "w"): 3, ("a", "x"): 20, ("a", "y"): 30})
    assert shown == {("a", "w"): None, ("a", "x"): None, ("a", "y"): 30}


@given(tables)
def test_no_hidden_group_can_be_had_from_a_sum(cells: Cells) -> None:
    shown = hide_small(cells)
    assert all(persons is None or persons >= FEW for persons in shown.values())
    for line in lines(cells):
        hidden = [key for key in line if shown[key] is None]
        assert len(hidden) != 1 or len(line) == 1
