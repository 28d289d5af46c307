"""What each row of a roster would do to the register, worked out without touching it.

A row is refused, new, changed (field by field, before and after) or unchanged. Empty cells never blank what
the register knows, and a number is never given to another name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from app.workers.intake.diff import HOUSEHOLD_VALUES, ID_FIELD, Changes, changes_to, name_key, storable
from app.workers.intake.record_linkage import Person
from app.workers.roster import Finding, RosterRow
from models import vault
from models.i18n import N_
from models.people.household import Household
from models.people.intake import RowOutcome
from models.people.worker import Worker

CHUNK = 1000

OTHER_NAME = N_(
    "台账里这个证件号码的人叫“%(name)s”，和这一行的姓名不一样，没有导入。请对照证件核对；确实改了名的，先在台账里改"
)
ELSEWHERE = N_("这个证件号码已经登记过，但不在你管的范围，没有导入。请对照证件核对号码，或请上级经办核实")
ERASED = N_("这个人的资料已按本人要求清除，不能再导入")
OTHER_HOUSEHOLD_VALUE = N_("和%(place)s第%(row)d行是同一户，这一项却不一样，以前面那一行为准")

Remark = list[Any]


class Said(NamedTuple):
    """What the file said first about a household, and where."""

    sheet: str
    row: int
    value: int

    def place(self, row: RosterRow) -> dict[str, Any]:
        """Return how to name this place to somebody who looks at ``row``."""
        return {"place": f"《{self.sheet}》" if self.sheet != row.sheet else "", "row": self.row}


class Planned(NamedTuple):
    """One row and what it would do. ``person`` is set for a new one: what likeness compares."""

    sheet: str
    row: int
    outcome: RowOutcome
    worker_id: int | None = None
    payload: dict[str, Any] | None = None
    changes: Changes | None = None
    errors: Sequence[Remark] = ()
    doubts: Sequence[Remark] = ()
    person: Person | None = None


class Known(NamedTuple):
    """What the register has about a chunk of rows: people by digest (of any county), households by 户编号."""

    workers: dict[str, Worker]
    households: dict[str, Household]


class Planner:
    """Plans the rows of one file for one county, chunk by chunk; remembers what it said of each household."""

    def __init__(self, session: Session, county_code: str) -> None:
        self.session, self.county_code = session, county_code
        self.said: dict[tuple[str, str], Said] = {}

    def plan(self, rows: Iterable[RosterRow]) -> list[Planned]:
        """Plan one chunk of rows, asking the register once about its people and once about its households."""
        chunk = list(rows)
        digests = ["" if row.errors else vault.digest(row.values[ID_FIELD]) for row in chunk]
        codes = {code for row in chunk if (code := row.values.get("household_code"))}
        known = Known(
            known_workers(self.session, set(digests) - {""}),
            known_households(self.session, self.county_code, codes),
        )
        return [self._plan_row(row, digest, known) for row, digest in zip(chunk, digests, strict=True)]

    def _plan_row(self, row: RosterRow, digest: str, known: Known) -> Planned:
        doubts = [remark_of(one) for one in row.doubts]
        if row.errors:
            return refused(row, [remark_of(one) for one in row.errors], doubts)
        worker = known.workers.get(digest)
        if worker and (sentence := self._refusal(row, worker)):
            return refused(row, [[id_header(row), *sentence]], doubts)
        if row.repeats:
            payload = {"name": row.values["name"]}
            return Planned(row.sheet, row.row, RowOutcome.UNCHANGED, payload=payload, doubts=doubts)
        values, more = self._agree_with_household(row)
        return planned(row, worker, values, known.households, doubts + more)

    def _agree_with_household(self, row: RosterRow) -> tuple[dict[str, Any], list[Remark]]:
        """Return the row's values without those that contradict an earlier row of the same household."""
        values, doubts = dict(row.values), []
        for field in HOUSEHOLD_VALUES & values.keys() if values.get("household_code") else ():
            value = hash(values[field])
            first = self.said.setdefault((values["household_code"], field), Said(row.sheet, row.row, value))
            if first.value != value:
                del values[field]
                doubts.append([header_of(row, field), OTHER_HOUSEHOLD_VALUE, first.place(row)])
        return values, doubts

    def _refusal(self, row: RosterRow, worker: Worker) -> tuple[str, dict[str, Any]] | None:
        if worker.county_code != self.county_code:
            return ELSEWHERE, {}
        if worker.erased_at is not None:
            return ERASED, {}
        if name_key(worker.name) != name_key(row.values["name"]):
            return OTHER_NAME, {"name": worker.name}
        return None


def planned(
    row: RosterRow,
    worker: Worker | None,
    values: dict[str, Any],
    households: Mapping[str, Household],
    doubts: list[Remark],
) -> Planned:
    """Return what a row without errors does: a new person, changes to a known one, or nothing."""
    changes = changes_to(worker, values, households)
    if worker is None:
        payload = {"values": storable(values), "raw": row.raw}
        return Planned(
            row.sheet,
            row.row,
            RowOutcome.NEW,
            None,
            payload,
            changes or None,
            doubts=doubts,
            person=person_of(values),
        )
    if not changes:
        return Planned(row.sheet, row.row, RowOutcome.UNCHANGED, worker.id, doubts=doubts)
    return Planned(
        row.sheet, row.row, RowOutcome.CHANGED, worker.id, {"raw": row.raw}, changes, doubts=doubts
    )


def person_of(values: Mapping[str, Any]) -> Person:
    """Return what likeness compares of a new row; its key is set when the row is kept."""
    phone = values.get("phone")
    return Person(
        0,
        True,
        values["name"],
        values["birth_date"],
        values["sex"],
        values.get("household_code") or "",
        f"{values.get('township') or ''}{values.get('village') or ''}",
        vault.digest(phone)[:16] if phone else "",
        values.get("person_code") or "",
    )


def refused(row: RosterRow, errors: list[Remark], doubts: list[Remark]) -> Planned:
    """Return a row that does not go in, with the cells it came with."""
    payload = {"raw": row.raw, "name": row.values.get("name") or ""}
    return Planned(row.sheet, row.row, RowOutcome.REFUSED, payload=payload, errors=errors, doubts=doubts)


def remark_of(one: Finding) -> Remark:
    """Return a finding as it is kept: column, sentence (a msgid), parameters."""
    return [one.column, one.sentence, dict(one.params)]


def header_of(row: RosterRow, field: str) -> str:
    """Return the heading that the file shows above a field."""
    return next((column.header for column in row.columns if column.field == field), "")


def id_header(row: RosterRow) -> str:
    """Return the heading above the identity number."""
    return header_of(row, ID_FIELD)


def known_workers(session: Session, digests: set[str]) -> dict[str, Worker]:
    """Return the register's people with ``digests``, of whatever county, with their households."""
    if not digests:
        return {}
    statement = (
        select(Worker)
        .where(Worker.id_digest.in_(digests))
        .options(joinedload(Worker.household), defer(Worker.id_number))
    )
    return {worker.id_digest: worker for worker in session.scalars(statement)}


def known_households(session: Session, county_code: str, codes: set[str]) -> dict[str, Household]:
    """Return the county's households with ``codes``."""
    if not codes:
        return {}
    statement = select(Household).where(Household.county_code == county_code, Household.code.in_(codes))
    return {household.code: household for household in session.scalars(statement)}
