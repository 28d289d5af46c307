"""What each row of a roster would do to the register, worked out without touching it.

A row is rejected, new, changed (field by field, before and after) or unchanged. Empty cells never blank what
the register knows, and a number is never given to another name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from app.workers.intake.diff import HOUSEHOLD_VALUES, ID_FIELD, Changes, changes_to
from app.workers.intake.kept_row import kept
from app.workers.intake.record_linkage import Person
from app.workers.intake.townships import Townships
from app.workers.operations import County, county_of
from app.workers.roster.columns import Column
from app.workers.roster.rows import RosterRow
from models import vault
from models.bulk_upload import CellProblem
from models.i18n import N_, Sentence
from models.people.household import Household
from models.people.intake import ImportBatch, RowOutcome
from models.people.name import name_key
from models.people.phone import own_number, read_phones
from models.people.worker import Worker, holders
from models.reference.area import area_names

CHUNK = 1000

ELSEWHERE = Sentence(
    "这个证件号码已经登记过，但不在你管的范围，没有导入。请对照证件核对号码，或请上级经办核实"
)
ASSUMED = N_("没有写乡镇，按你的乡镇登记：%(name)s")
OTHER_TOWN = N_("这一行写的是%(written)s，你只能上传%(name)s的人。请从表里去掉，交给那个乡镇或县里")
UNKNOWN_TOWN = N_("认不出乡镇“%(written)s”，你只能上传%(name)s的人。写错了的请改正")
ERASED = Sentence("这个人的资料已按本人要求清除，不能再导入")


class FirstMention(NamedTuple):
    """What the file said first about a household, and where."""

    sheet: str
    row: int
    value: int

    def contradiction(self, row: RosterRow) -> Sentence:
        """That ``row`` says otherwise; the sheet is named where it is another one."""
        return Sentence(
            "和%(place)s第%(row)d行是同一户，这一项却不一样，以前面那一行为准",
            {"place": f"《{self.sheet}》" if self.sheet != row.sheet else "", "row": self.row},
        )


class Planned(NamedTuple):
    """One row and what it would do.

    ``person`` is set for a new one: what record linkage compares; ``digest`` (of the identity number) for the
    row that counts for a person.
    """

    sheet: str
    row: int
    outcome: RowOutcome
    worker_id: int | None = None
    payload: dict[str, Any] | None = None
    changes: Changes | None = None
    errors: Sequence[CellProblem] = ()
    warnings: Sequence[CellProblem] = ()
    person: Person | None = None
    digest: str = ""


class Registered(NamedTuple):
    """What the register has about a chunk of rows: people by digest (of any county), households by 户编号."""

    workers: dict[str, Worker]
    households: dict[str, Household]


class Township:
    """The one township whose people a collector may send. A row that names none is taken to be of it."""

    def __init__(self, county: County, code: str, name: str) -> None:
        self.code, self.name = code, name
        self._county = county

    def check(self, row: RosterRow) -> RosterRow:
        """``row``, refused if it is of another township."""
        written = row.values.get("township") or ""
        header = header_of(row, "township")
        if not written:
            row.values["township"] = self.name
            row.warnings.append(CellProblem(header, Sentence(ASSUMED, {"name": self.name})))
        elif (code := self._county.town_code(written)) != self.code:
            text = OTHER_TOWN if code else UNKNOWN_TOWN
            row.errors.append(CellProblem(header, Sentence(text, {"written": written, "name": self.name})))
        return row


def planner_of(session: Session, batch: ImportBatch) -> "Planner":
    """The planner for a batch's county, and township where a collector sent it."""
    if batch.township_code is None:
        return Planner(session, batch.county_code)
    name = area_names(session, {batch.township_code})[batch.township_code]
    county = county_of(session, batch.county_code)
    return Planner(session, batch.county_code, Township(county, batch.township_code, name))


class Planner:
    """Plans the rows of one file for one county, chunk by chunk; remembers what it said of each household."""

    def __init__(self, session: Session, county_code: str, township: Township | None = None) -> None:
        self.session, self.county_code, self.township = session, county_code, township
        self.first_mentions: dict[tuple[str, str], FirstMention] = {}
        self.tables: list[list[Column]] = []
        self.townships = Townships(session, county_code)

    def keep(self, row: RosterRow, values: Mapping[str, Any]) -> dict[str, Any]:
        """What is kept of a row, with the number of its table."""
        if not any(table is row.columns for table in self.tables[-1:]):
            number = next((n for n, table in enumerate(self.tables) if table == row.columns), None)
            if number is not None:
                return kept(row, number, values)
            self.tables.append(row.columns)
        return kept(row, len(self.tables) - 1, values)

    def plan(self, rows: Iterable[RosterRow]) -> list[Planned]:
        """Plan one chunk of rows, asking the register once about its people and once about its households."""
        chunk = [self.township.check(row) if self.township else row for row in rows]
        digests = ["" if row.errors else vault.digest(row.values[ID_FIELD]) for row in chunk]
        codes = {code for row in chunk if (code := row.values.get("household_code"))}
        registered = Registered(
            known_workers(self.session, set(digests) - {""}),
            known_households(self.session, self.county_code, codes),
        )
        return [self._plan_row(row, digest, registered) for row, digest in zip(chunk, digests, strict=True)]

    def _plan_row(self, row: RosterRow, digest: str, registered: Registered) -> Planned:
        if row.errors:
            return self._rejected(row, row.errors)
        worker = registered.workers.get(digest)
        if worker and (sentence := self._refusal(row, worker)):
            return self._rejected(row, [CellProblem(header_of(row, ID_FIELD), sentence)])
        if row.repeats:
            payload = self.keep(row, row.values)
            return Planned(row.sheet, row.row, RowOutcome.UNCHANGED, payload=payload, warnings=row.warnings)
        values, contradictions = self._agree_with_household(row)
        warnings = [*row.warnings, *contradictions, *self.townships.warning(row, values, worker)]
        plan = planned(row, worker, values, registered.households, warnings)
        return plan._replace(payload=self.keep(row, values), digest=digest)

    def _rejected(self, row: RosterRow, errors: Sequence[CellProblem]) -> Planned:
        """A row that does not go in, with the cells it came with."""
        payload = self.keep(row, row.values)
        return Planned(
            row.sheet, row.row, RowOutcome.REJECTED, payload=payload, errors=errors, warnings=row.warnings
        )

    def _agree_with_household(self, row: RosterRow) -> tuple[dict[str, Any], list[CellProblem]]:
        """The row's values without those that contradict an earlier row of the same household."""
        values, warnings = dict(row.values), []
        for field in HOUSEHOLD_VALUES & values.keys() if values.get("household_code") else ():
            value = hash(values[field])
            here = FirstMention(row.sheet, row.row, value)
            first = self.first_mentions.setdefault((values["household_code"], field), here)
            if first.value != value:
                del values[field]
                warnings.append(CellProblem(header_of(row, field), first.contradiction(row)))
        return values, warnings

    def _refusal(self, row: RosterRow, worker: Worker) -> Sentence | None:
        if worker.county_code != self.county_code:
            return ELSEWHERE
        if self.township and worker.township_code != self.township.code:
            return ELSEWHERE
        if worker.erased_at is not None:
            return ERASED
        if name_key(worker.name) != name_key(row.values["name"]):
            return Sentence(
                "台账里这个证件号码的人叫“%(name)s”，和这一行的姓名不一样，没有导入。请对照证件核对；确实改了名的，先在台账里改",
                {"name": worker.name},
            )
        return None


def planned(
    row: RosterRow,
    worker: Worker | None,
    values: dict[str, Any],
    households: Mapping[str, Household],
    warnings: list[CellProblem],
) -> Planned:
    """What a row without errors does: a new person, changes to a known one, or nothing."""
    changes = changes_to(worker, values, households)
    if worker is None:
        plan = Planned(row.sheet, row.row, RowOutcome.NEW, changes=changes or None, person=person_of(values))
    elif changes:
        plan = Planned(row.sheet, row.row, RowOutcome.CHANGED, worker.id, changes=changes)
    else:
        plan = Planned(row.sheet, row.row, RowOutcome.UNCHANGED, worker.id)
        warnings = [warning for warning in warnings if warning not in row.remarks]
    return plan._replace(warnings=warnings)


def person_of(values: Mapping[str, Any]) -> Person:
    """What record linkage compares of a new row; its key is set when the row is kept."""
    phone = own_number(read_phones(values.get("phone") or "").phones)
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
        values[ID_FIELD][-4:],
    )


def header_of(row: RosterRow, field: str) -> str:
    """The heading that the file shows above a field."""
    return next((column.header for column in row.columns if column.field == field), "")


def known_workers(session: Session, digests: set[str]) -> dict[str, Worker]:
    """The register's people with ``digests``, of whatever county, with their households.

    A number of a record that was merged away is its person's, who stands in the record that was kept.
    """
    if not digests:
        return {}
    records = dict(session.execute(holders(digests)).all())
    statement = (
        select(Worker)
        .where(Worker.id.in_(set(records.values())))
        .options(joinedload(Worker.household), defer(Worker.id_number))
    )
    workers = {worker.id: worker for worker in session.scalars(statement)}
    return {digest: workers[record] for digest, record in records.items()}


def known_households(session: Session, county_code: str, codes: set[str]) -> dict[str, Household]:
    """The county's households with ``codes``."""
    if not codes:
        return {}
    statement = select(Household).where(Household.county_code == county_code, Household.code.in_(codes))
    return {household.code: household for household in session.scalars(statement)}
