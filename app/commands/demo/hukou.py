"""Household registration in the demo: facts of those who work in Guangdong, cases in every state, papers.

Steps are taken by the demo accounts through the use cases, then dated as they would have been.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import FOSHAN, ZHAOJUE, actor_named
from app.commands.demo.hukou_facts import PROOFS, facts_of, fresh_facts, own_facts, picture
from app.commands.demo.hukou_rules import FAMILY, POINTS, STABLE, live, tell_rules
from app.commands.demo.names import name_of
from app.commands.demo.story import at
from app.hukou.cases.operations import deadlines, points_lists, steps
from app.hukou.cases.operations.family import Relative, add_family_member
from app.hukou.cases.operations.papers import usual_end
from app.kit.files.document_sanitizer import MEDIA_TYPE, Paper, take
from models.access import Actor
from models.clock import full_years, utc_now
from models.hukou.case import CaseState, DocumentState, HukouCase, HukouDocument
from models.hukou.fact import PersonFact
from models.hukou.points_list import PointsListRow
from models.hukou.rule import RouteKind
from models.people.worker import Worker
from models.placement.placement import WORKING, Evidence, Placement
from models.user import User

S, D = CaseState, DocumentState
LONG_AGO, ADULT_DAYS, MORE_PEOPLE = 520, 20 * 366, 400
GROWN_UP = 20
TO_REVIEW = ("read", "apply", "accept", "review")
PRIORITY = "建档立卡户，在佛山连续上班满 12 个月"
WHO = {"apply": "county", "supply": "county", "move_out": "county", "withdraw": "county"}


@dataclass(frozen=True)
class Story:
    """One case: by which route, its events, how many days ago the last one was, and what is special about
    it."""

    events: tuple[str, ...] = ()
    ago: int = 3
    route: str = STABLE
    facts: dict[str, Any] = field(
        default_factory=lambda: {"sb_months": 62, "rp_months": 63, "rp_valid": True}
    )
    priority: bool = False
    family: int = 0
    reason: str = ""


GRANTED = (*TO_REVIEW, "approve")
LISTED = (*TO_REVIEW, "list")
RICH = {
    "sb_months": 64,
    "rp_months": 40,
    "rp_valid": True,
    "sb_now": True,
    "skill_level": 5,
    "blood_donations": 2,
    "volunteer_hours": 60,
}
STORIES = (
    Story(),
    Story(facts={"sb_months": 62}, ago=1),
    Story(("read",), 5, priority=True, family=2),
    Story(("read", "apply"), 1, priority=True),
    Story(("read", "apply"), 4),
    Story(("read", "apply"), 19),
    Story(("read", "apply", "accept"), 2, family=1),
    Story(("read", "apply", "accept"), 6, FAMILY, {"family_hukou_in_city": True}),
    Story(TO_REVIEW, 2, priority=True, family=2),
    Story(TO_REVIEW, 20, facts={"sb_months": 63}),
    Story(TO_REVIEW, 4, facts={"sb_months": 30, "rp_months": 40}),
    Story((*TO_REVIEW, "ask_more"), 3, reason="居住证照片看不清，请重新拍一张正面的。"),
    Story((*TO_REVIEW, "ask_more", "supply"), 1, reason="参保证明超过三个月，请打一份新的。"),
    Story(LISTED, 2, POINTS, RICH),
    Story(LISTED, 12, POINTS, RICH | {"edu": 3}),
    Story(LISTED, 3, POINTS, RICH | {"blood_donations": 0, "volunteer_hours": 0}),
    Story(GRANTED, 2, family=1),
    Story((*LISTED, "approve"), 6, POINTS, RICH),
    Story((*GRANTED, "permit"), 4),
    Story((*GRANTED, "permit", "move_out"), 3, family=2),
    Story((*GRANTED, "permit", "move_out", "settle"), 100, priority=True, family=1),
    Story((*GRANTED, "permit", "move_out", "settle"), 95),
    Story((*GRANTED, "permit", "settle"), 190, family=3),
    Story((*GRANTED, "permit", "move_out", "settle"), 370),
    Story(
        (*TO_REVIEW, "reject"),
        9,
        facts={"sb_months": 20, "rp_months": 22},
        reason="社保累计不满 60 个月，居住证也不满。满了可以再申请。",
    ),
    Story(("read", "apply", "withdraw"), 30, reason="本人说想回家种花椒，暂时不办。"),
)


@dataclass
class HukouTeller:
    """Tells the stories of one demo; the caller commits."""

    session: Session
    rng: Random
    today: date
    actors: dict[str, Actor] = field(init=False)
    paper: Paper = field(init=False)
    to_be_listed: list[HukouCase] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = ("county", "registration", "registration2")
        self.actors = {name: actor_named(self.session, name, self.today) for name in names}
        self.paper = take(picture())

    def tell(self, story: Story, worker: Worker) -> None:
        """Open a case for ``worker``, take its steps, and hand in its papers."""
        gaps = [self.rng.randint(2, 5) for _event in story.events]
        day = self.today - timedelta(days=story.ago + sum(gaps))
        self._know(story, worker)
        rule, county = live(self.session, story.route), self.actors["county"]
        case = steps.prescreen(self.session, county, worker, rule, FOSHAN, day)
        case.is_synthetic, case.created_at, case.state_since = True, at(day), at(day)
        case.steps[0].entered_at = at(day)
        if story.priority:
            steps.set_priority(self.session, county, case, PRIORITY)
        self._family(case, worker, story.family)
        officers = self.rng.sample(("registration", "registration2"), 2)
        for event, gap in zip(story.events, gaps, strict=True):
            day += timedelta(days=gap)
            if event in ("list", "approve") and not case.documents:
                self._hand_in(case, is_granted=True)
            if event == "list" and event == story.events[-1]:
                self.to_be_listed.append(case)
            else:
                self._step(case, event, day, officers, story.reason)
        if not {"list", "approve"} & set(story.events):
            self._hand_in(case)
        self._visit(case)
        self.session.flush()

    def list_points(self) -> None:
        """Put up, two days ago, the points of all who wait for it, on one list."""
        if not self.to_be_listed:
            return
        day, officer = self.today - timedelta(days=2), self.actors["registration"]
        points_lists.publish(self.session, officer, self.to_be_listed[0].rule, self.to_be_listed, day)
        for case in self.to_be_listed:
            self._date(case, day)

    def _know(self, story: Story, worker: Worker) -> None:
        for name, value in story.facts.items():
            self.session.add(
                PersonFact(
                    worker_id=worker.id,
                    county_code=worker.county_code,
                    city_code=FOSHAN,
                    name=name,
                    value=value,
                    as_of=self.today - timedelta(days=LONG_AGO),
                    growing=name.endswith("months"),
                    evidence=Evidence.INSURANCE,
                    source=PROOFS[Evidence.INSURANCE],
                )
            )
        self.session.flush()

    def _step(self, case: HukouCase, event: str, day: date, officers: list[str], reason: str) -> None:
        session, said = self.session, reason if event in ("ask_more", "reject", "withdraw") else ""
        first, second = (self.actors[name] for name in officers)
        actor = self.actors["county"] if event in WHO else first
        if event == "read":
            steps.confirm_notice(session, self.actors["county"], case, at(day))
            return
        if event == "approve" and case.kind is RouteKind.POINTS:
            (row,) = session.scalars(select(PointsListRow).where(PointsListRow.case_id == case.id))
            row.points_list.ends_on = min(row.points_list.ends_on, day - timedelta(days=1))
            case.notice_ends_on = row.points_list.ends_on
            points_lists.award(session, second, row.points_list, (), "", at(day), day)
        elif event == "approve":
            if case.notice_ends_on is not None:
                case.notice_ends_on = min(case.notice_ends_on, day - timedelta(days=1))
            steps.approve(session, second, case, day, "")
        elif event == "reject":
            steps.reject(session, second, case, day, said)
        elif event == "list":
            points_lists.publish(session, first, case.rule, [case], day)
        elif event == "permit":
            steps.permit(session, first, case, f"粤佛迁{day.year}{case.id:05d}", day)
        elif event == "move_out":
            steps.move_out(session, actor, case, day)
        else:
            steps.move(session, actor, case, event, day, said)
        self._date(case, day)

    def _date(self, case: HukouCase, day: date) -> None:
        """Put the step that was just taken where it belongs."""
        before, now = case.steps[-2:]
        before.left_at = now.entered_at = case.state_since = at(day)

    def _family(self, case: HukouCase, worker: Worker, count: int) -> None:
        for n in range(count):
            child = n > 0
            sex = self.rng.choice("MF") if child else "F" if worker.sex == "M" else "M"
            years = self.rng.randint(3, 14) if child else self.rng.randint(24, 45)
            years = min(years, max(0, full_years(worker.birth_date, self.today) - 19)) if child else years
            if child and years > full_years(worker.birth_date, self.today) - GROWN_UP:
                continue
            born = self.today - timedelta(days=365 * years + self.rng.randint(1, 300))
            relation, name = "子女" if child else "配偶", name_of(self.rng, worker.ethnicity, sex)
            needs_school = child and years >= 6
            relative = Relative(relation, name, born, needs_school)
            add_family_member(self.session, self.actors["county"], case, relative, self.today, is_sure=True)

    def _hand_in(self, case: HukouCase, *, is_granted: bool = False) -> None:
        self.session.add_all(self._papers(case, is_granted))
        self.session.flush()
        self.session.expire(case, ["documents"])

    def _papers(self, case: HukouCase, is_granted: bool) -> Iterator[HukouDocument]:
        if case.applied_on is None:
            return
        decided = case.state not in (S.APPLIED, S.ACCEPTED)
        clear = D.ACCEPTED if decided else D.WAITING
        kinds = {
            "id_card": clear,
            "household_book": clear,
            "insurance_list": clear,
            "residence_permit": D.WAITING,
        }
        if case.state is S.SUPPLEMENT:
            kinds["residence_permit"] = D.REFUSED
        elif is_granted or case.state not in (*deadlines.OFFICE_STEPS, S.LISTED):
            kinds["residence_permit"] = clear
        for kind, state in kinds.items():
            yield self._paper(case, kind, state)

    def _paper(self, case: HukouCase, kind: str, state: DocumentState) -> HukouDocument:
        written = self.today - timedelta(days=self.rng.randint(60, 85))
        judged = state is not D.WAITING
        return HukouDocument(
            worker_id=case.worker_id,
            case_id=case.id,
            county_code=case.county_code,
            city_code=case.city_code,
            kind=kind,
            state=state,
            media_type=MEDIA_TYPE,
            size=len(self.paper.content),
            pages=self.paper.pages,
            digest=self.paper.digest,
            content=self.paper.content,
            created_at=at(case.applied_on or written),
            uploaded_by_id=self.actors["county"].user_id,
            judged_at=utc_now() if judged else None,
            judged_by_id=self.actors["registration"].user_id if judged else None,
            valid_until=usual_end(kind, written) if state is D.ACCEPTED else None,
            refused_reason="照片反光，看不清有效期。" if state is D.REFUSED else "",
        )

    def _visit(self, case: HukouCase) -> None:
        """Visits that were due a week ago are written down; the last that is due waits."""
        for visit in case.follow_ups:
            if visit.due_on > self.today - timedelta(days=7):
                continue
            visit.still_there, visit.school_places = (
                self.rng.random() < 0.85,
                self.rng.choice((True, True, None)),
            )
            visit.insurance_moved, visit.recorded_at = True, at(visit.due_on)
            visit.trouble = "" if visit.still_there else "老人在家没人照料，又回去了。"
            visit.recorded_by_id = self.actors["county"].user_id


def tell_hukou(session: Session, rng: Random, today: date) -> None:
    """Fill the hukou rooms of the demo; the caller commits and lets the night's evaluation run."""
    account = session.scalars(select(User).where(User.username == "worker")).one()
    people = _people(session, account.worker_id, today)
    told = {worker.id for worker in people}
    rows = session.scalars(
        select(Placement)
        .where(Placement.state.in_(WORKING), Placement.worker_id.not_in(told))
        .order_by(Placement.id)
    ).all()
    fresh = {
        row.id for row in rows if row.county_code == ZHAOJUE and row.city_code == FOSHAN and row.id % 3 == 0
    }
    facts = [
        fact
        for row in rows
        for fact in (fresh_facts(row, today) if row.id in fresh else facts_of(rng, row, today))
    ]
    if account.worker_id is not None:
        facts += own_facts(session.get_one(Worker, account.worker_id), today)
    if facts:
        session.execute(insert(PersonFact), facts)
    tell_rules(session, today)
    teller = HukouTeller(session, rng, today)
    for story, worker in zip(STORIES, people, strict=False):
        teller.tell(story, worker)
    teller.list_points()


def _people(session: Session, own: int | None, today: date) -> list[Worker]:
    """The people of the cases: adults of 昭觉, those who work in 佛山 first."""
    there = select(Placement.worker_id).where(Placement.state.in_(WORKING), Placement.city_code == FOSHAN)
    wanted = (
        select(Worker)
        .where(Worker.county_code == ZHAOJUE, Worker.id != (own or 0))
        .where(Worker.birth_date < today - timedelta(days=ADULT_DAYS))
        .order_by(Worker.id.not_in(there), Worker.id)
        .limit(len(STORIES))
    )
    return list(session.scalars(wanted))
