"""Monthly rosters of every enterprise, and the contradictions that are planted into the last of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from app.employment.rosters import operations, sheet
from app.employment.rosters.teller import of_enterprise, teller_of
from app.workers.intake.merging import merge
from drills.simulated_year.programme import Firm, Programme, at, workbook
from drills.simulated_year.truth import Job, Person, people_of
from models.employment.difference import DifferenceKind
from models.employment.roster import last_day
from models.people.worker import Worker
from models.placement.leaving import LEAVE_REASON_LABELS, LeaveReason
from models.placement.placement import Evidence
from models.reference.calendar import months_after

HEADINGS = (
    *("姓名", "身份证号", "还在岗吗", "实发工资", "是否缴社保", "出勤天数", "离开日期", "离开原因"),
    *("户籍县", "本人怎么同意登记的"),  # asked of whom the list does not have
)
LIST_HEADINGS = ("姓名", "身份证号", "单位名称", "是否缴社保")
SHORT = 0.6
TWINS = 900_000


@dataclass
class Plants:
    """The contradictions, by kind: the numbers of the people they are about."""

    by_kind: dict[DifferenceKind, set[int]] = field(default_factory=dict)

    def note(self, kind: DifferenceKind, person: Person) -> None:
        """One more."""
        self.by_kind.setdefault(kind, set()).add(person.worker_id)

    @property
    def people(self) -> set[int]:
        """Everybody whom a contradiction is about."""
        return set().union(*self.by_kind.values()) if self.by_kind else set()


def hand_in(programme: Programme, month: date, plants: Plants | None = None, each: int = 0) -> None:
    """Every enterprise's roster of ``month``, on the fifth of the next; ``each``: how many contradictions of
    every kind go into them."""
    day = months_after(month, 1) + timedelta(days=4)
    chosen = _choose(programme, month, plants, each) if plants else {}
    for firm in programme.firms:
        rows = _rows(programme, firm, month, day, chosen)
        if rows:
            _send(programme, firm, month, day, rows)
    if plants is not None:
        _insurance(programme, month, day, plants, each)
        _two_counties(programme, day, plants, each)
    programme.session.commit()


def _choose(
    programme: Programme, month: date, plants: Plants, each: int
) -> dict[int, tuple[DifferenceKind, int | None]]:
    """Whom the contradictions of the last rosters are about; the second enterprise where there are two."""
    start = months_after(month, -1)
    there = (
        one
        for one in programme.people
        if one.job is not None and one.job.placement_id is not None and one.job.began < start
    )
    chosen: dict[int, tuple[DifferenceKind, int | None]] = {}
    for person in islice(there, each):
        chosen[person.worker_id] = (DifferenceKind.NOT_ON_ROSTER, None)
        plants.note(DifferenceKind.NOT_ON_ROSTER, person)
    for person in islice(there, each):
        job = person.job
        other = next(
            firm for firm in programme.firms if firm.organisation.id != (job.employer_id if job else 0)
        )
        chosen[person.worker_id] = (DifferenceKind.TWO_ROSTERS, other.organisation.id)
        plants.note(DifferenceKind.TWO_ROSTERS, person)
    for person in islice(there, each):
        chosen[person.worker_id] = (DifferenceKind.WAGE_UNDER_TOLD, None)
        plants.note(DifferenceKind.WAGE_UNDER_TOLD, person)
    return chosen


def _rows(
    programme: Programme,
    firm: Firm,
    month: date,
    day: date,
    chosen: dict[int, tuple[DifferenceKind, int | None]],
) -> list[tuple[Any, ...]]:
    rows = []
    for person in programme.people:
        kind, second = chosen.get(person.worker_id, (None, None))
        if second == firm.organisation.id:
            rows.append((person.name, person.number, "是", 4300, "是", 24, "", "", person.county, "当面"))
        for job in person.jobs:
            here = job.employer_id == firm.organisation.id and not job.is_end_known
            if here and job.began <= last_day(month) and kind is not DifferenceKind.NOT_ON_ROSTER:
                rows.append(_row(person, job, month, kind))
    return rows


def _row(person: Person, job: Job, month: date, kind: DifferenceKind | None) -> tuple[Any, ...]:
    if job.ended is not None and job.ended <= last_day(month):
        word = LEAVE_REASON_LABELS[job.reason or LeaveReason.OTHER]
        return person.name, person.number, "否", "", "", "", job.ended.isoformat(), word, "", ""
    told = (job.told_fen or 420_000) // 100
    wage = int(told * SHORT) if kind is DifferenceKind.WAGE_UNDER_TOLD else told
    return person.name, person.number, "是", wage, "是", 24, "", "", person.county, "当面"


def _send(programme: Programme, firm: Firm, month: date, day: date, rows: list[tuple[Any, ...]]) -> None:
    session, teller = programme.session, of_enterprise(firm.organisation)
    content = workbook("月度花名册", HEADINGS, rows)
    reading = sheet.read(session, teller, month, content, day, {})
    if reading.rejected:
        problems = [str(problem.sentence) for problem in reading.rejected[0].problems]
        raise AssertionError(f"{firm.organisation.name}: {len(reading.rejected)} rows rejected: {problems}")
    batch = operations.keep(session, firm.actor, teller, month, "花名册.xlsx", reading, None)
    done = operations.confirm(session, firm.actor, teller, batch, at(day))
    if done.remarks:
        raise AssertionError([str(remark) for remark in done.remarks])
    _note(programme, firm, month, day)
    session.commit()


def _note(programme: Programme, firm: Firm, month: date, day: date) -> None:
    """What the roster told of the truth."""
    for person in programme.people:
        for job in person.jobs:
            if job.employer_id != firm.organisation.id or job.is_end_known or job.began > last_day(month):
                continue
            if job.ended is not None and job.ended <= last_day(month):
                job.is_end_known = True
                job.show(job.ended, Evidence.SELF_REPORT)
            else:
                job.show(min(last_day(month), day), Evidence.ROSTER)


def _insurance(programme: Programme, month: date, day: date, plants: Plants, each: int) -> None:
    """The city's list of the month names people of whom the register has no work there."""
    city, officer = next(iter(programme.cities.items()))
    homes = {code for code, helper in programme.counties.items() if helper == city}
    people = list(islice(_idle(programme, homes, plants), each))
    for person in people:
        plants.note(DifferenceKind.INSURED_ELSEWHERE, person)
    teller = teller_of(programme.session, officer)
    if teller is None or not people:
        return
    rows = [(one.name, one.number, "无名玩具厂", "是") for one in people]
    reading = sheet.read(programme.session, teller, month, workbook("社保", LIST_HEADINGS, rows), day, {})
    batch = operations.keep(programme.session, officer, teller, month, "社保.xlsx", reading, None)
    operations.confirm(programme.session, officer, teller, batch, at(day))


def _idle(programme: Programme, counties: set[str], plants: Plants) -> Iterator[Person]:
    for one in programme.people:
        if one.county in counties and not one.is_known_to_work and one.worker_id not in plants.people:
            yield one


def _two_counties(programme: Programme, day: date, plants: Plants, each: int) -> None:
    """Somebody stands in two counties' registers, under two numbers; both tell of work, then the records are
    found to be one person's."""
    home, other = list(programme.counties)[:2]
    for n, person in enumerate(list(islice(_idle(programme, {home}, plants), each))):
        twin = people_of(programme.rng, other, 1, TWINS + n)[0]
        twin.name = person.name
        programme.bring_in(other, [twin])
        for code, one, place in ((other, twin, "浙江"), (home, person, "本县")):
            row = (one.name, one.number, "打零工", f"{place}老板", place, day.isoformat(), "", "")
            programme.send_sheet(code, [row], day)
        gone, kept = (programme.session.get_one(Worker, one.worker_id) for one in (twin, person))
        merge(programme.session, programme.clerks[home], gone, kept, at(day))
        plants.note(DifferenceKind.TWO_COUNTIES, person)
        programme.session.commit()
