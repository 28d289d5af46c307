"""The acts of the offices and enterprises, as their pages do them."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.spells import confirming
from app.employment.spells import sheet as spell_sheet
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.orders import operations as orders
from app.placements.operations import departures, follow_ups, hiring
from app.placements.operations.answers import accept, decline
from app.placements.operations.departures import Journey
from app.placements.operations.follow_ups import Finding
from app.placements.operations.offers import offer_many
from app.workers.intake.commands import bring_in
from app.workers.roster.reader import read_roster
from drills.simulated_year.truth import (
    ACCEPT_SHARE,
    ELSEWHERE,
    LEAVE_SHARE,
    MISS_SHARE,
    QUIET_SHARE,
    REACHED_SHARE,
    Job,
    Person,
    people_of,
)
from models.access import Actor, Grant, Role, load_actor
from models.clock import CHINA
from models.jobs.order import ForbiddenWork, Order
from models.people.worker import Worker
from models.placement.leaving import Channel, DeclineReason, LeaveReason
from models.placement.placement import Evidence, FollowUp, Outcome, Placement, PlacementState
from models.reference.area import Area
from models.reference.dated_fact import ProgrammeCounty
from models.reference.organisation import Organisation, OrganisationKind
from models.user import User

HEADINGS = ("姓名", "证件号码", "户编号", "与户主关系", "是否愿意外出", "意向工种")
SPELL_HEADINGS = ("姓名", "证件号码", "务工类型", "务工单位", "务工地点", "开始日期", "离开日期", "离开原因")
REASONS = (LeaveReason.PAY, LeaveReason.LONELY, LeaveReason.FAMILY, LeaveReason.HOURS)


def at(day: date, hour: int = 10) -> datetime:
    """An hour of a simulated day."""
    return datetime.combine(day, time(hour), CHINA).astimezone(UTC)


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A sheet as somebody would send it."""
    target = io.BytesIO()
    write_workbook(target, [Page(title, [Column(one, 16) for one in headings], rows)])
    return target.getvalue()


@dataclass
class Firm:
    """An enterprise with its own clerk, and the order that is open."""

    organisation: Organisation
    actor: Actor
    order: Order | None = None


@dataclass
class Programme:
    """Everybody who acts, and the truth that they tell of."""

    session: Session
    rng: Random
    start: date
    counties: dict[str, str] = field(default_factory=dict)
    clerks: dict[str, Actor] = field(default_factory=dict)
    cities: dict[str, Actor] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    # --- set up -----------------------------------------------------------------------------------------

    def set_up(self, workers: int) -> None:
        """Accounts and enterprises; then every county's people, by its roster."""
        rows = select(ProgrammeCounty.area_code, ProgrammeCounty.helper_city_code).where(
            ProgrammeCounty.helper_city_code.in_(("440600", "440100"))
        )
        known = list(self.session.execute(rows.order_by(ProgrammeCounty.area_code).distinct()))
        count = max(2, min(len(known), workers // 2500))
        step = max(1, len(known) // count)
        self.counties = dict(known[::step][:count])
        for code in self.counties:
            self.clerks[code] = self._actor(Role.COUNTY, area_code=code)
        for city in sorted(set(self.counties.values())):
            self.cities[city] = self._actor(Role.CITY, area_code=city)
            for n in range(max(1, workers // (300 * len(set(self.counties.values()))))):
                self._enterprise(city, n)
        self.session.commit()
        share = workers // len(self.counties)
        for n, code in enumerate(self.counties):
            people = people_of(self.rng, code, share, n * share)
            self.bring_in(code, people)
            self.people += people

    def _actor(self, role: Role, **where: Any) -> Actor:
        name = f"sim{role.value}{len(self.clerks)}{len(self.cities)}{len(self.firms)}"
        user = User(username=name, name=name, password_hash="!")
        self.session.add(user)
        self.session.flush()
        self.session.add(Grant(user_id=user.id, role=role, valid_from=date(2016, 1, 1), **where))
        self.session.flush()
        return load_actor(self.session, user, self.start, at(self.start))

    def _enterprise(self, city: str, n: int) -> None:
        firm = Organisation(
            kind=OrganisationKind.ENTERPRISE,
            credit_code=f"SIM{city}{n:09d}",
            name=f"{city}第{n}电子厂",
            area_code=city,
            is_synthetic=True,
        )
        self.session.add(firm)
        self.session.flush()
        self.firms.append(Firm(firm, self._actor(Role.ENTERPRISE, organisation_id=firm.id)))

    def bring_in(self, code: str, people: list[Person]) -> None:
        """People into a county's register, by its roster."""
        rows = [
            (one.name, one.number, f"{code}{n:06d}", "户主", "是" if one.willing else "否", "普工")
            for n, one in enumerate(people)
        ]
        county = self.session.scalars(select(Area).where(Area.code == code)).one()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "roster.xlsx"
            file.write_bytes(workbook("花名册", HEADINGS, rows))
            about: dict[str, Any] = {"county_code": code, "mapping": {}, "remembered": {}}
            with read_roster(file, today=self.start, filename=file.name, **about) as reading:
                outcome = bring_in(self.session, county, file, reading)
        if outcome.counts["new"] != len(people):
            raise AssertionError(f"{code}: {outcome.counts} of {len(people)} people")
        numbers = select(Worker.id_last4, Worker.name, Worker.id).where(Worker.county_code == code)
        by_name = {(last4, name): number for last4, name, number in self.session.execute(numbers)}
        for one in people:
            one.worker_id = by_name[one.number[-4:], one.name]

    # --- a month ----------------------------------------------------------------------------------------

    def month(self, first: date, *, is_last: bool = False) -> None:
        """All that happens between ``first`` and the end of its month."""
        self._orders(first + timedelta(days=2))
        self._offers(first + timedelta(days=3))
        self._hire(first + timedelta(days=5))
        self._travel(first + timedelta(days=7))
        self._leave(first, is_last=is_last)
        self._follow_ups(first + timedelta(days=25))
        self._sheets(first + timedelta(days=26))
        self.session.commit()

    def _orders(self, day: date) -> None:
        for firm in self.firms:
            free = firm.order.places_left if firm.order and firm.order.takes_people(day) else 0
            if free:
                continue
            values = {
                "title": "电子厂普工",
                "headcount": 60,
                "city_code": firm.organisation.area_code,
                "base_wage_fen": 250_000,
                "wage_low_fen": 420_000,
                "wage_high_fen": 520_000,
                "valid_until": day + timedelta(days=80),
                "start_on": day + timedelta(days=6),
                "occupation_code": "6-25-04-07",
                "occupation_name": "普工",
                "occupation_confirmed": True,
                "forbidden_work": ForbiddenWork.NONE,
            }
            order = orders.create(self.session, firm.actor, firm.organisation, values, day)
            orders.advance(self.session, firm.actor, order, "submit", "", day)
            orders.advance(self.session, self.cities[order.city_code], order, "approve", "", day)
            firm.order = order
        self.session.commit()

    def _offers(self, day: date) -> None:
        """Every county offers the open jobs of its city to those who are free; most say yes."""
        for code, clerk in self.clerks.items():
            free = [
                one for one in self.people if one.county == code and one.willing and not one.is_known_to_work
            ]
            free = [one for one in free if one.job is None]
            self.rng.shuffle(free)
            for firm in self.firms:
                if firm.order is None or firm.organisation.area_code != self.counties[code]:
                    continue
                take, free = free[:20], free[20:]
                ids = [one.worker_id for one in take]
                done = offer_many(self.session, clerk, firm.order, ids, day)
                for placement in done.made:
                    if self.rng.random() < ACCEPT_SHARE:
                        accept(self.session, clerk, placement, Channel.PHONE, at(day, 15))
                    else:
                        reason = DeclineReason.FAR
                        decline(self.session, clerk, placement, Channel.PHONE, reason, at(day, 15))
                self.session.commit()

    def _hire(self, day: date) -> None:
        for firm in self.firms:
            rows = self._placements(firm, PlacementState.ACCEPTED)
            room = firm.order.places_left if firm.order else 0
            for placement in rows[:room]:
                hiring.hire(self.session, firm.actor, placement, day)
            for placement in rows[room:]:
                hiring.not_hire(self.session, firm.actor, placement, "招满了")
            self.session.commit()

    def _placements(self, firm: Firm, state: PlacementState) -> list[Placement]:
        wanted = select(Placement).where(
            Placement.enterprise_id == firm.organisation.id, Placement.state == state
        )
        return list(self.session.scalars(wanted.order_by(Placement.id)))

    def _travel(self, day: date) -> None:
        """Hired people leave in groups and arrive two days later; a few never come."""
        by_worker = {one.worker_id: one for one in self.people}
        for firm in self.firms:
            rows = self._placements(firm, PlacementState.HIRED)
            for code in sorted({row.county_code for row in rows}):
                going = [row for row in rows if row.county_code == code]
                clerk = self.clerks[code]
                journey = Journey("带队人", "13800000000", "大巴", "县客运站", at(day, 12))
                group = departures.group(self.session, clerk, going, journey, at(day, 8))
                departures.depart(self.session, clerk, group)
                for placement in going:
                    self._arrive(firm, placement, by_worker[placement.worker_id], day + timedelta(days=2))
            self.session.commit()

    def _arrive(self, firm: Firm, placement: Placement, person: Person, day: date) -> None:
        if self.rng.random() < MISS_SHARE:
            hiring.miss(self.session, firm.actor, placement, LeaveReason.FAMILY, "")
            return
        hiring.arrive(self.session, firm.actor, placement, day, day)
        job = Job(
            firm.organisation.name,
            firm.organisation.id,
            firm.organisation.area_code,
            day,
            placement.told_wage_fen,
            placement_id=placement.id,
        )
        job.show(day, Evidence.SELF_REPORT)
        person.jobs.append(job)

    def _leave(self, first: date, *, is_last: bool) -> None:
        """Some leave; of most the enterprise writes it down, others just go until somebody notices."""
        by_firm = {firm.organisation.id: firm for firm in self.firms}
        day = first + timedelta(days=24)
        for person in self.people:
            job = person.job
            if job is None or job.placement_id is None or self.rng.random() >= LEAVE_SHARE:
                continue
            last = first + timedelta(days=self.rng.randrange(14, 24))
            if last <= job.began:
                continue
            job.ended, job.reason = last, self.rng.choice(REASONS)
            if is_last or self.rng.random() >= QUIET_SHARE:
                self.tell_leaving(by_firm[job.employer_id or 0], job, day)
        self.session.commit()

    def tell_leaving(self, firm: Firm, job: Job, day: date) -> None:
        """The enterprise writes a leaving down."""
        placement = self.session.get_one(Placement, job.placement_id)
        hiring.leave(
            self.session, firm.actor, placement, job.reason or LeaveReason.OTHER, job.ended or day, "", day
        )
        job.is_end_known = True
        job.show(job.ended or day, Evidence.SELF_REPORT)

    def _follow_ups(self, day: date) -> None:
        """The calls that are due: who is reached tells the truth, by word, slip or insurance."""
        by_worker = {one.worker_id: one for one in self.people}
        due = (
            select(FollowUp)
            .join(Placement)
            .where(
                FollowUp.due_on <= day,
                FollowUp.recorded_at.is_(None),
                Placement.state.in_((PlacementState.ON_SITE, PlacementState.STAYED)),
            )
        )
        for row in self.session.scalars(due.order_by(FollowUp.id)).all():
            job = next(
                one for one in by_worker[row.placement.worker_id].jobs if one.placement_id == row.placement_id
            )
            self._follow_up(row, job, day)
        self.session.commit()

    def _follow_up(self, row: FollowUp, job: Job, day: date) -> None:
        clerk = self.clerks[row.placement.county_code]
        if self.rng.random() >= REACHED_SHARE:
            finding = Finding(Outcome.UNKNOWN, Evidence.NONE)
        elif job.ended is not None:
            finding = Finding(Outcome.LEFT, Evidence.SELF_REPORT, leave_reason=job.reason, left_on=job.ended)
            job.is_end_known = True
            job.show(job.ended, Evidence.SELF_REPORT)
        else:
            level = self.rng.choices(list(Evidence)[1:], (50, 25, 15, 10))[0]
            finding = Finding(Outcome.EMPLOYED, level, wage_fen=job.told_fen)
            job.show(day, level)
        follow_ups.record_follow_up(self.session, clerk, row, finding, day, at(day))

    def _sheets(self, day: date) -> None:
        """Each county's sheet of those at home and elsewhere: who began, who left, who is still there."""
        for code in self.clerks:
            rows = []
            for person in self.people:
                if person.county == code and not person.willing:
                    rows += self._row(person, day)
            if rows:
                self.send_sheet(code, rows, day)

    def _row(self, person: Person, day: date) -> list[Sequence[Any]]:
        """What is told of one person this month, at most one row."""
        job, chance = person.job, self.rng.random()
        if job is None and chance < 0.25:
            is_home = self.rng.random() < 0.5
            place = "本县" if is_home else self.rng.choice(ELSEWHERE)
            began = day - timedelta(days=self.rng.randrange(1, 20))
            began = max(
                began, max((one.ended or began for one in person.jobs), default=began) + timedelta(days=1)
            )
            if began > day:
                return []
            employer = "彝家扶贫车间" if is_home else "建筑工地"
            job = Job(employer, None, PLACES.get(place, person.county), began)
            job.show(began, Evidence.SELF_REPORT)
            person.jobs.append(job)
            kind = "扶贫车间" if is_home else "单位务工"
            return [(person.name, person.number, kind, employer, place, began.isoformat(), "", "")]
        if job is None:
            return []
        place = next((word for word, code in PLACES.items() if code == job.place), "本县")
        kind = "扶贫车间" if place == "本县" else "单位务工"
        row = (person.name, person.number, kind, job.employer, place)
        if chance < 0.1 and job.began < day - timedelta(days=2):
            job.ended, job.reason, job.is_end_known = day - timedelta(days=1), LeaveReason.FARMING, True
            job.show(job.ended, Evidence.SELF_REPORT)
            return [(*row, "", job.ended.isoformat(), "农忙返乡")]
        if chance < 0.6:
            job.show(day, Evidence.SELF_REPORT)
            return [(*row, "", "", "")]
        return []

    def send_sheet(self, code: str, rows: Sequence[Sequence[Any]], day: date) -> None:
        """A county's sheet of who works where, read, previewed and confirmed."""
        clerk = self.clerks[code]
        content = workbook("务工情况", SPELL_HEADINGS, rows)
        reading = spell_sheet.read(self.session, clerk, code, content, day)
        if reading.rejected:
            problems = [str(problem.sentence) for problem in reading.rejected[0].problems]
            raise AssertionError(f"{len(reading.rejected)} rows rejected: {problems}")
        batch = confirming.keep(self.session, clerk, code, "务工情况.xlsx", reading)
        done = confirming.confirm(self.session, clerk, batch, at(day))
        if done.refused:
            raise AssertionError(f"{done.refused} rows refused")
        self.session.commit()


PLACES = {"浙江": "330000", "福建": "350000", "成都": "510100", "江苏": "320000"}
