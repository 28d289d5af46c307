"""Rosters as counties make them: each row goes in or is refused where the file shows it."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.kit.files.file_account import NOT_TOLD
from app.workers.roster.reader import RosterReading, read_roster
from tests.factories.ugly_rosters import Ugly, all_uglies

TODAY = date(2026, 6, 1)
SHARED = Path(__file__).parents[5] / "shared" / "data" / "rosters"
TRUTH = json.loads((SHARED / "truth.json").read_text(encoding="utf-8")) if SHARED.exists() else {}


def outcome(reading: RosterReading) -> tuple[list[tuple[str, int]], list[tuple[str, int, str]]]:
    rows = list(reading.rows())
    good = [(row.sheet, row.row) for row in rows if not row.errors]
    refused = [(row.sheet, row.row, error.header) for row in rows for error in row.errors]
    return good, refused


@pytest.mark.parametrize("ugly", list(all_uglies()), ids=lambda ugly: ugly.name)
def test_every_row_goes_in_or_is_refused_where_the_file_shows_it(ugly: Ugly) -> None:
    with read_roster(ugly.data, county_code="513431", today=TODAY) as reading:
        assert outcome(reading) == (ugly.good, ugly.refused)
        assert reading.row_count == len({*ugly.good, *(place[:2] for place in ugly.refused)})
        values = {(row.sheet, row.row): row.values for row in reading.rows()}
    for place, wanted in ugly.values.items():
        assert {name: values[place].get(name) for name in wanted} == wanted


@pytest.mark.parametrize("ugly", list(all_uglies()), ids=lambda ugly: ugly.name)
def test_no_row_of_a_file_is_lost_between_the_people_and_the_rest(ugly: Ugly) -> None:
    with read_roster(ugly.data, county_code="513431", today=TODAY) as reading:
        account = reading.file
        seen = [(row.sheet, row.row) for row in reading.rows()]
    assert account.taken == len(set(seen)) == len(seen)
    assert account.rows == account.taken + sum(left.count for left in account.left)
    assert NOT_TOLD not in [left.reason for left in account.left]


@pytest.mark.shared_data
@pytest.mark.skipif(not TRUTH, reason="the shared rosters are not here")
@pytest.mark.parametrize("name", TRUTH or ["truth.json"])
def test_shared_rosters_agree_with_their_truth(name: str) -> None:
    truth = TRUTH[name]
    with read_roster(SHARED / name, county_code=truth["county"], today=TODAY) as reading:
        good, refused = outcome(reading)
    assert [list(place) for place in good] == truth["good"]
    assert [list(place) for place in refused] == truth["refused"]
