"""A month told on a page instead of a sheet: the same rows, read by the same readers."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.employment.rosters import columns
from app.employment.rosters.people import Known, known_people
from app.employment.rosters.sheet import judge, layout_of
from app.employment.rosters.teller import Teller
from app.kit.files.bulk_upload.reading import Line, Reading
from app.kit.files.cells.cell import BadCell, text_of
from app.kit.files.file_account import FileAccount
from models.employment.roster import RosterSource
from models.i18n import Sentence

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
NO_NUMBER = Sentence("编号不对：写名单上的编号；新来的人不写这一项。")
NO_FIELD = Sentence("没有这一项。")
_NUMBER = re.compile(r"[0-9]{1,9}")
NEW_ROWS = 3
"""Empty rows at the end, for people whom the list does not have."""


def read_page(
    session: Session, teller: Teller, month: date, people: list[Known], form: Mapping[str, str], today: date
) -> Reading:
    """What was typed, row by row; rows in which nothing was told are left out."""
    rows = []
    for place, one in enumerate(people, 1):
        cells = {name: form.get(f"{name}-{one.worker_id}", "").strip() for name in FIELDS[teller.source]}
        if any(cells.values()):
            rows.append((place, _who(teller, one) | cells))
    for place in range(NEW_ROWS):
        names = (*NAME_FIELDS[teller.source], *FIELDS[teller.source])
        cells = {name: form.get(f"{name}-new{place}", "").strip() for name in names}
        if any(cells.values()):
            rows.append((len(people) + place + 1, cells))
    return _judged(session, teller, month, rows, today)


def read_rows(
    session: Session, teller: Teller, month: date, rows: list[dict[str, str]], today: date
) -> Reading:
    """What a program sent, row by row: the same fields, the people of the register by their ``number``.

    A field that a row does not have rejects the row.
    """
    numbers = [int(row["number"]) for row in rows if _NUMBER.fullmatch(row.get("number", ""))]
    known = {one.worker_id: one for one in known_people(session, teller, month, worker_ids=numbers)}
    told, asked = [], {"number", *NAME_FIELDS[teller.source], *FIELDS[teller.source]}
    for place, row in enumerate(rows, 1):
        one = known.get(int(row["number"])) if _NUMBER.fullmatch(row.get("number", "")) else None
        told.append((place, (_who(teller, one) if one else {}) | row))
    reading = _judged(session, teller, month, told, today, asked)
    for (_place, row), line in zip(told, reading.lines, strict=True):
        if "number" in row and not _NUMBER.fullmatch(row["number"]):
            line.reject("number", NO_NUMBER)
    return reading


def _who(teller: Teller, one: Known) -> dict[str, str]:
    who = {"number": str(one.worker_id), "name": one.name, "id_tail": one.last4}
    return who | {"employer": _employer(teller, one)}


def _judged(
    session: Session,
    teller: Teller,
    month: date,
    rows: list[tuple[int, dict[str, str]]],
    today: date,
    asked: Collection[str] = (),
) -> Reading:
    lines = []
    for place, cells in rows:
        line = _line(teller, place, cells, today)
        for name in cells:
            if asked and name not in asked and name != "employer":
                line.reject(name, NO_FIELD)
        lines.append(line)
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
