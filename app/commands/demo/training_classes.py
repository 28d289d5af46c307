"""Classes of the demo in every state, with the people in them; lessons and results follow from the state."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.commands.demo.accounts import CHENGGUAN, ZHAOJUE
from app.commands.demo.story import at
from app.commands.demo.training import Need, TrainingTeller
from app.commands.demo.training_certification import results_for
from app.commands.demo.training_lessons import lessons_for
from app.commands.demo.training_subsidies import claims_for
from models.people.worker import Health, Worker, WorkerState
from models.placement.leaving import Channel
from models.placement.placement import HOLDING, Placement
from models.training.agreement import Agreement, Party
from models.training.class_number import give_number
from models.training.class_rules import figures_of, number_prefix
from models.training.enrolment import Enrolment, EnrolmentState, Shortfall, trained_key
from models.training.lesson import Inspection, InspectionKind
from models.training.standards import frozen
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import SkillLevel
from models.user import User

C, E = ClassState, EnrolmentState
DAY_PERIODS, MOST_IN_CLASS, LEAST_AGE_DAYS = 8, 12, 18 * 366
UNNUMBERED = (C.DRAFT, C.CANCELLED)
CHECKED_ON_SITE = (C.DRAFT, C.APPLIED, C.RETURNED, C.APPROVED, C.CANCELLED)


@dataclass(frozen=True)
class Group:
    """The classes of one agreement: what is taught, and for each state in how many days the class ends.

    ``elsewhere``: by the second school.
    """

    need: Need
    ends_in: dict[ClassState, int]
    elsewhere: bool = False


GROUPS = (
    Group(
        Need("焊工", "二保焊", SkillLevel.SPECIAL, 60, "焊工证", 80),
        {C.DRAFT: 45, C.APPLIED: 40, C.RETURNED: 38, C.APPROVED: 28, C.CANCELLED: 30},
    ),
    Group(Need("缝纫工", "平车操作", SkillLevel.SPECIAL, 24, "", 80), {C.OPENED: 17, C.TEACHING: 6}),
    Group(Need("维修电工", "电工", SkillLevel.FIVE, 24, "电工证", 120), {C.EXAMINED: -5, C.CERTIFIED: -20}),
    Group(Need("电工", "线路安装", SkillLevel.SPECIAL, 12, "", 40), {C.STOPPED: -12}),
    Group(
        Need("叉车司机", "叉车驾驶", SkillLevel.SPECIAL, 24, "叉车证", 60), {C.PLACED: -80, C.FOLLOWED: -225}
    ),
    Group(
        Need("电子产品装配工", "插件", SkillLevel.SPECIAL, 24, "", 80), {C.CLAIMED: -235, C.PUBLISHED: -245}
    ),
    Group(Need("质检员", "质检", SkillLevel.SPECIAL, 24, "", 40), {C.PAID: -280, C.ARCHIVED: -400}),
    Group(Need("缝纫工", "锁边", SkillLevel.SPECIAL, 24, "", 80), {C.TEACHING: 9, C.FOLLOWED: -230}, True),
)
# Who stands where in a class that still recruits; the rest of it sits.
ASKED = {
    C.DRAFT: (E.PROPOSED, E.PROPOSED, E.PROPOSED, E.ENDORSED, E.ENDORSED, E.DECLINED, E.REFUSED),
    C.RETURNED: (E.DECLINED, E.WAITING),
    C.APPLIED: (E.WAITING,),
}
REASONS = {
    E.DECLINED: "家里有老人要照料",
    E.REFUSED: "电话打不通，名额先给别人。",
    E.STOPPED: "教室漏雨，学校停课整修。",
}


@dataclass
class ClassTeller:
    """Makes the classes of one demo; the caller commits."""

    teller: TrainingTeller
    people: Iterator[Worker]
    size: int
    clerk: User | None

    def tell(self, group: Group) -> list[TrainingClass]:
        """Make the classes of one group."""
        last = max(group.ends_in.values())
        ready_by = self.teller.today + timedelta(days=last)
        agreement = self.teller.in_force(group.need, ready_by=ready_by)
        self.teller.session.refresh(agreement.order.job_order)  # its places were kept by an UPDATE
        if group.elsewhere:
            self._move(agreement)
        return [self.one(agreement, group.need, state, days) for state, days in group.ends_in.items()]

    def _move(self, agreement: Agreement) -> None:
        """Let the second school have the agreement, so that there are two to compare."""
        school = self.teller.other_school
        agreement.school_id = school.id
        parties = {**agreement.terms.parties, Party.SCHOOL: school.name}
        agreement.terms = replace(agreement.terms, parties=parties)
        self.teller.session.flush()
        self.teller.session.refresh(agreement)

    def one(self, agreement: Agreement, need: Need, state: ClassState, days: int) -> TrainingClass:
        """Make one class with its people, its lessons and its results."""
        training_class = self._class(agreement, need, state, self.teller.today + timedelta(days=days))
        for number, target in enumerate(self._places(state), 1):
            if (worker := next(self.people, None)) is not None:
                self._seat(training_class, worker, target, number)
        self.teller.session.flush()
        if state is not C.CANCELLED:
            lessons_for(self.teller.session, training_class, -(-training_class.periods // DAY_PERIODS))
        results_for(self.teller.session, training_class, self.teller.today)
        claims_for(self.teller.session, training_class, self.teller.today)
        return training_class

    def _class(self, agreement: Agreement, need: Need, state: ClassState, ends_on: date) -> TrainingClass:
        starts_on = ends_on - timedelta(days=7 * (-(-need.periods // DAY_PERIODS)) // 5 + 3)
        order, applied = agreement.order, starts_on - timedelta(days=12)
        training_class = TrainingClass(
            agreement_id=agreement.id,
            school_id=agreement.school_id,
            enterprise_id=agreement.enterprise_id,
            county_code=agreement.county_code,
            city_code=agreement.city_code,
            state=state,
            name=f"{need.job} {ends_on.month} 月班",
            occupation_code=order.occupation_code,
            occupation_name=order.occupation_name,
            skill=order.skill,
            level=order.level,
            capacity=self.size,
            periods=need.periods,
            starts_on=starts_on,
            ends_on=ends_on,
            place="学校实训楼",
            head_teacher="马建国",
            meals="中午包一顿，住得远的可以住学校宿舍",
            stopped_on=ends_on if state is C.STOPPED else None,
            state_since=min(datetime.now(UTC), at(self._since(state, starts_on, ends_on))),
            is_synthetic=True,
        )
        self.teller.session.add(training_class)
        self.teller.session.flush()
        if state not in UNNUMBERED:
            training_class.standards = frozen(figures_of(self.teller.session, agreement, applied))
            prefix = number_prefix(agreement.school.name, min(applied, self.teller.today))
            give_number(self.teller.session, training_class, prefix)
        if state not in CHECKED_ON_SITE:
            self._check_site(training_class)
        return training_class

    def _since(self, state: ClassState, starts_on: date, ends_on: date) -> date:
        if state in CHECKED_ON_SITE:
            return self.teller.today - timedelta(days=3)
        return min(starts_on if state in (C.OPENED, C.TEACHING) else ends_on, self.teller.today)

    def _check_site(self, training_class: TrainingClass) -> None:
        training_class.site_checked_on = training_class.starts_on
        if self.clerk is not None:
            self.teller.session.add(
                Inspection(
                    class_id=training_class.id,
                    kind=InspectionKind.OPENING,
                    visited_at=at(training_class.starts_on),
                    in_order=True,
                    counted=self.size,
                    inspector_id=self.clerk.id,
                    inspector_name=self.clerk.name,
                    finding="人员、场地、教师都对得上。",
                )
            )

    def _places(self, state: ClassState) -> tuple[EnrolmentState, ...]:
        if state is C.CANCELLED:
            return (E.CANCELLED,) * min(3, self.size)
        if state is C.STOPPED:
            return (E.STOPPED,) * self.size
        asked = ASKED.get(state, ())[: max(1, self.size)]
        seats = self.size // 2 if state is C.DRAFT else self.size
        return asked + (E.ENROLLED,) * seats

    def _seat(
        self, training_class: TrainingClass, worker: Worker, state: EnrolmentState, number: int
    ) -> None:
        told = state not in (E.PROPOSED, E.CANCELLED)
        day = at(min(training_class.starts_on - timedelta(days=10), self.teller.today))
        row = Enrolment(
            class_id=training_class.id,
            worker_id=worker.id,
            county_code=worker.county_code,
            township_code=worker.township_code,
            school_id=training_class.school_id,
            enterprise_id=training_class.enterprise_id,
            city_code=training_class.city_code,
            state=state,
            state_since=day,
            created_at=day,
            shortfall=Shortfall((training_class.skill,), score=300 - number),
            answered_at=day if told else None,
            answer_channel=Channel.PHONE if told else None,
            outcome_note=REASONS.get(state, ""),
            is_synthetic=True,
        )
        if state in (E.ENROLLED, E.STOPPED):
            training_class.enrolled += 1
            row.seat = training_class.enrolled
            row.active_digest = worker.id_digest if state is E.ENROLLED else None
            row.trained_key = trained_key(
                worker.id_digest, training_class.occupation_code, training_class.level
            )
        self.teller.session.add(row)


def tell_classes(session: Session, rng: Random, today: date) -> None:
    """Make classes in every state between the demo's accounts, of the people who are free; the caller
    commits."""
    people = _free_people(session, today)
    size = min(MOST_IN_CLASS, len(people) // (2 * (len(C) + 1)))
    if not size:
        return
    clerk = session.scalar(select(User).where(User.username == "county"))
    teller = ClassTeller(TrainingTeller(session, rng, today), iter(people), size, clerk)
    for group in GROUPS:
        teller.tell(group)


def _free_people(session: Session, today: date) -> list[Worker]:
    """Grown-up people of the demo's county without a job: account holders first, then by town."""
    held = select(Placement.worker_id).where(Placement.state.in_(HOLDING))
    statement = (
        select(Worker)
        .where(Worker.county_code == ZHAOJUE, Worker.household_id.is_not(None), Worker.willing.is_(True))
        .where(Worker.health == Health.HEALTHY, Worker.state.in_((WorkerState.POOL, WorkerState.OFFERED)))
        .where(Worker.birth_date < today - timedelta(days=LEAST_AGE_DAYS), Worker.id.not_in(held))
        .options(joinedload(Worker.household))
    )
    own = select(User.worker_id).where(User.worker_id.is_not(None))
    found = session.scalars(
        statement.order_by(Worker.id.not_in(own), Worker.township_code != CHENGGUAN, Worker.id)
    )
    return list(found)
