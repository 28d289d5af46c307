"""What may stand in a cell of an input file. Every parser takes stripped text and raises ``ValueError``."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from matching.fields import CHOICES, LONGEST_ID, WHOLE

Parser = Callable[[str], Any]

_DIVISION = re.compile(r"\d{6}(\d{3}|\d{6})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONGEST_TEXT = 20_000
MOST_PARTS = 200


def whole(low: int, high: int) -> Parser:
    """A whole number within bounds, or empty."""

    def parse(cell: str) -> int | None:
        if not cell:
            return None
        if not _WHOLE.fullmatch(cell):
            raise ValueError(f"not a whole number: {_shown(cell)}")
        if not low <= int(cell) <= high:
            raise ValueError(f"must be {low} to {high}: {_shown(cell)}")
        return int(cell)

    return parse


def day(first: date, last: date) -> Parser:
    """A date ``YYYY-MM-DD`` within bounds, or empty."""

    def parse(cell: str) -> date | None:
        if not cell:
            return None
        try:
            value = date.fromisoformat(cell)
        except ValueError:
            raise ValueError(f"not a date like 2017-03-01: {_shown(cell)}") from None
        if not first <= value <= last:
            raise ValueError(f"must lie between {first} and {last}: {_shown(cell)}")
        return value

    return parse


def choice(*allowed: str) -> Parser:
    """One of a few words, or empty."""

    def parse(cell: str) -> str:
        if cell and cell not in allowed:
            raise ValueError(f"must be {', '.join(allowed)} or empty: {_shown(cell)}")
        return cell

    return parse


def yes_no(cell: str) -> bool | None:
    """``0``, ``1`` or empty."""
    if cell not in ("", "0", "1"):
        raise ValueError(f"must be 0, 1 or empty: {_shown(cell)}")
    return cell == "1" if cell else None


def text(cell: str) -> str:
    """Free text of bearable length."""
    if len(cell) > LONGEST_TEXT:
        raise ValueError(f"longer than {LONGEST_TEXT} characters ({len(cell)})")
    if _UNSEEN.search(cell):
        raise ValueError("holds control characters")
    return cell


def division(cell: str) -> str:
    """A GB/T 2260 code of six digits (nine or twelve for towns and villages), or empty."""
    if cell and not _DIVISION.fullmatch(cell):
        raise ValueError(f"not a division code of six digits: {_shown(cell)}")
    return cell


def parts(each: Parser) -> Parser:
    """A list separated by ``|``; empty parts are dropped."""

    def parse(cell: str) -> tuple[Any, ...]:
        entries = [part.strip() for part in text(cell).split("|")]
        if len(entries) > MOST_PARTS:
            raise ValueError(f"more than {MOST_PARTS} entries")
        return tuple(each(part) for part in entries if part)

    return parse


def identifier(cell: str) -> str:
    """A name that tells one row from all others."""
    if not cell:
        raise ValueError("empty")
    if len(cell) > LONGEST_ID or "|" in text(cell):
        raise ValueError(f"at most {LONGEST_ID} characters and no '|': {_shown(cell)}")
    return cell


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:40] + "…")


_SOON = day(date(1990, 1, 1), date(2100, 12, 31))


def _bounded(name: str) -> Parser:
    return whole(*WHOLE[name])


def _chosen(name: str) -> Parser:
    return choice(*CHOICES[name])


def worker_cells(today: date) -> dict[str, Parser]:
    """The columns of workers; a birth date lies before ``today`` or on it."""
    return {
        "worker_id": identifier,
        "birth_date": day(date(1900, 1, 1), today),
        "sex": _chosen("sex"),
        "education": _bounded("education"),
        "mandarin": _bounded("mandarin"),
        "health": _bounded("health"),
        "county_code": division,
        "wishes": parts(text),
        "skills": parts(text),
        "certificates": parts(text),
        "experience": text,
        "wage_floor_yuan": _bounded("wage_floor_yuan"),
        "cities": parts(division),
        "available_on": _SOON,
        "night_shift": yes_no,
        "dormitory_needed": yes_no,
        "couple_room_needed": yes_no,
        "trained_for": parts(identifier),
        "group_id": text,
        "group_rule": _chosen("group_rule"),
    }


ORDER_CELLS: dict[str, Parser] = {
    "order_id": identifier,
    "title": text,
    "description": text,
    "city_code": division,
    "headcount": _bounded("headcount"),
    "min_age": _bounded("min_age"),
    "max_age": _bounded("max_age"),
    "min_education": _bounded("min_education"),
    "min_mandarin": _bounded("min_mandarin"),
    "min_health": _bounded("min_health"),
    "certificates": parts(text),
    "skills": parts(text),
    "wage_low_yuan": _bounded("wage_low_yuan"),
    "wage_high_yuan": _bounded("wage_high_yuan"),
    "start_on": _SOON,
    "night_shift": yes_no,
    "dormitory": yes_no,
    "couple_room": yes_no,
    "forbidden_work": _chosen("forbidden_work"),
    "priority_counties": parts(division),
}
# Columns that the application knows and a file may leave out.
EXTRA_CELLS: dict[str, Parser] = {"placed": yes_no, "fellow_counties": parts(division)}
# (low, high): the first may not exceed the second.
ORDERED_PAIRS = (("min_age", "max_age"), ("wage_low_yuan", "wage_high_yuan"))
