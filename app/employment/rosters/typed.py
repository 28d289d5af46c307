"""A month told on a page instead of a sheet: the same rows, read by the same readers."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.employment.rosters import columns
from app.employment.rosters.people import Known
from app.employment.rosters.sheet import judge, layout_of
from app.employment.rosters.teller import Teller
from app.kit.files.bulk_upload.reading import Line, Reading
from app.kit.files.cells.cell import BadCell, text_of
from app.kit.files.file_account import FileAccount
from models.employment.roster import RosterSource

FIELDS = {
    RosterSource.ENTERPRISE: ("presence", "wage", "insured", "days", "left_on", "reason"),
    RosterSource.COUNTY: ("presence", "wage", "insured", "left_on", "reason"),
    RosterSource.INSURANCE: ("insured", "base"),
}
NAME_FIELDS = {
    RosterSource.ENTERPRISE: ("name", "id_tail", "home_county", "consent"),
    RosterSource.COUNTY: ("name", "id_tail"),
    RosterSource.INSURANCE: ("name", "id_tail", "employer"),
}
NEW_ROWS = 3
"""Empty rows at the end, for people whom the list does not have."""


def read_page(
    session: Session, teller: Teller, month: date, people: list[Known], form: Mapping[str, str], today: date
) -> Reading:
    """What was typed, row by row; rows in which nothing was told are left out."""
    lines = []
    for place, one in enumerate(people, 1):
        cells = {name: form.get(f"{name}-{one.worker_id}", "").strip() for name in FIELDS[teller.source]}
        if any(cells.values()):
            who = {"number": str(one.worker_id), "name": one.name, "id_tail": one.last4}
            lines.append(_line(teller, place, who | {"employer": _employer(teller, one)} | cells, today))
    for place in range(NEW_ROWS):
        names = (*NAME_FIELDS[teller.source], *FIELDS[teller.source])
        cells = {name: form.get(f"{name}-new{place}", "").strip() for name in names}
        if any(cells.values()):
            lines.append(_line(teller, len(people) + place + 1, cells, today))
    reading = Reading(lines, file=FileAccount())
    judge(session, teller, month, lines, today)
    return reading


def _employer(teller: Teller, one: Known) -> str:
    return teller.name if teller.source is RosterSource.ENTERPRISE else one.employer_name


def _line(teller: Teller, place: int, typed: Mapping[str, str], today: date) -> Line:
    line, readers = Line("", place), columns.readers_of(teller.source, today)
    layout = layout_of(teller)
    for name, text in typed.items():
        if not text:
            continue
        line.cells[name] = text
        try:
            if name in readers:
                parsed = readers[name](text)
                value = parsed.read()
                line.cells[name] = "" if value is None else text_of(value)
                if parsed.warning:
                    line.warnings.append(parsed.warning)
        except BadCell as problem:
            line.reject(layout.header_of(name), problem.sentence)
    return line
