"""What a person is doing at this moment: in a class until a day, offered a job, on the way to one, at work.

One answer for every page: the register, the person's own page, the candidates of a run, a county's plan.
"""

import enum
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.employment.spell import SPELL_KIND_LABELS, EmploymentSpell
from models.i18n import N_, Sentence
from models.jobs.order import Order
from models.messages.kind import MESSAGE_WORDS, MessageKind
from models.placement.placement import HOLDING, OPEN_OFFERS, WORKING, Placement, PlacementState
from models.training.agreement import Agreement
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.training_class import TrainingClass
from models.training.training_order import TrainingOrder


class Pursuit(enum.IntEnum):
    """What takes a person up; the higher, the more firmly."""

    RESERVED = 1
    OFFERED = 2
    IN_CLASS = 3
    ACCEPTED = 4
    HIRED = 5
    AT_WORK = 6


# Who offers somebody a job in spite of these says why; the last two end in no second job at all.
BINDING = (Pursuit.IN_CLASS, Pursuit.ACCEPTED)
BEFORE_WORK = (*OPEN_OFFERS, PlacementState.HIRED, PlacementState.DEPARTED)
EMPLOYED = (Pursuit.HIRED, Pursuit.AT_WORK)
_OF_STATE = (
    dict.fromkeys(OPEN_OFFERS, Pursuit.OFFERED)
    | dict.fromkeys((PlacementState.ACCEPTED, PlacementState.INTERVIEW), Pursuit.ACCEPTED)
    | dict.fromkeys(HOLDING, Pursuit.HIRED)
    | dict.fromkeys(WORKING, Pursuit.AT_WORK)
)


@dataclass(frozen=True)
class Standing:
    """One thing a person is taken up with.

    ``day`` is the last day of the class, the day to answer by, or the first day at work; ``order_id`` the job
    it is about (of a class: the one it trains for); ``name`` the class or the job.
    """

    pursuit: Pursuit
    order_id: int | None
    name: str
    day: date | None = None
    is_travelling: bool = False

    @property
    def sentence(self) -> Sentence:
        """In a few words, without the name of class or job: some readers may not know it."""
        if self.pursuit is Pursuit.HIRED:
            return Sentence("已出发，在路上") if self.is_travelling else Sentence("已录用，等出发")
        dated, undated = _PHRASES[self.pursuit]
        return Sentence(dated, {"day": self._short_day}) if self.day else Sentence(undated)

    @property
    def _short_day(self) -> str:
        """What lies within the year needs no year: 12-05. The tag has to fit beside a name on a phone."""
        return f"{self.day:%Y-%m-%d}" if self.pursuit is Pursuit.AT_WORK else f"{self.day:%m-%d}"

    @property
    def tone(self) -> str:
        """How strongly it stands out."""
        return "warn" if self.pursuit in BINDING else ""


# With the day and without.
_PHRASES = {
    Pursuit.RESERVED: ("", N_("培训后留着名额")),
    Pursuit.OFFERED: (N_("等答复到 %(day)s"), N_("等答复")),
    Pursuit.IN_CLASS: (N_("在班到 %(day)s"), N_("在班")),
    Pursuit.ACCEPTED: ("", N_("答应了一个岗位")),
    Pursuit.AT_WORK: (N_("%(day)s 起在岗"), N_("在岗")),
}
Standings = dict[int, tuple[Standing, ...]]


def standings(session: Session, worker_ids: Collection[int]) -> Standings:
    """Everything each of ``worker_ids`` is taken up with, the firmest first; () for somebody who is free."""
    gathered: defaultdict[int, list[Standing]] = defaultdict(list)
    for source in (_classes, _placements, _kept_places, _spells):
        for worker_id, standing in source(session, worker_ids):
            gathered[worker_id].append(standing)
    return {
        number: tuple(sorted(gathered[number], key=lambda standing: -standing.pursuit))
        for number in worker_ids
    }


def standing_of(session: Session, worker_id: int) -> tuple[Standing, ...]:
    """What one person is taken up with."""
    return standings(session, [worker_id])[worker_id]


def taken_elsewhere(standing: Collection[Standing], order_id: int) -> tuple[Standing, ...]:
    """What keeps a person from being free for ``order_id``; a place kept there for a graduate does not."""
    kept_here = {one for one in standing if one.pursuit is Pursuit.RESERVED and one.order_id == order_id}
    return tuple(one for one in standing if one not in kept_here)


def binding_for(standing: Collection[Standing], order_id: int) -> Standing | None:
    """A class, or the word given to another job: offering ``order_id`` all the same needs a reason."""
    return next(
        (
            one
            for one in standing
            if one.pursuit in BINDING and not (one.pursuit is Pursuit.ACCEPTED and one.order_id == order_id)
        ),
        None,
    )


@dataclass(frozen=True)
class Overlap:
    """A class that is still running (``class_ends``) when the job ``begins``."""

    begins: date
    class_ends: date

    @property
    def sentence(self) -> Sentence:
        """For the offices and the enterprise."""
        days = {"ends": self.class_ends, "begins": self.begins}
        return Sentence(
            "本人在培训班上课到%(ends)s，岗位%(begins)s报到，日子重了。请两边商量好哪天报到。", days
        )

    @property
    def own_words(self) -> dict[str, Any]:
        """What the person is told of it."""
        return {"ends": self.class_ends, "begins": self.begins}

    @property
    def own_sentence(self) -> Sentence:
        """For the person."""
        return Sentence(MESSAGE_WORDS[MessageKind.CLASH].text, self.own_words)


def overlap(standing: Collection[Standing], order: Order, today: date) -> Overlap | None:
    """The class of a person and the job of ``order``, where one runs into the other.

    An order that began already begins today. None too where nobody has said when the job begins: the day is
    agreed upon later.
    """
    if order.start_on is None:
        return None
    begins = max(order.start_on, today)
    ends = [one.day for one in standing if one.pursuit is Pursuit.IN_CLASS and one.day]
    return Overlap(begins, max(ends)) if ends and max(ends) >= begins else None


def overlaps(session: Session, placements: Collection[Placement], today: date) -> dict[int, Overlap]:
    """By placement still under way, the class that runs into its job."""
    alive = [one for one in placements if one.state in BEFORE_WORK]
    doing = standings(session, {one.worker_id for one in alive}) if alive else {}
    clashes = {one.id: overlap(doing[one.worker_id], one.order, today) for one in alive}
    return {number: clash for number, clash in clashes.items() if clash}


def _classes(session: Session, worker_ids: Collection[int]) -> Iterator[tuple[int, Standing]]:
    statement = (
        select(Enrolment.worker_id, TrainingClass.name, TrainingClass.ends_on, TrainingOrder.job_order_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Agreement, Agreement.id == TrainingClass.agreement_id)
        .join(TrainingOrder, TrainingOrder.id == Agreement.order_id)
        .where(Enrolment.worker_id.in_(worker_ids), Enrolment.state == EnrolmentState.ENROLLED)
        .order_by(Enrolment.id)
    )
    for worker_id, name, ends_on, order_id in session.execute(statement):
        yield worker_id, Standing(Pursuit.IN_CLASS, order_id, name, ends_on)


def _placements(session: Session, worker_ids: Collection[int]) -> Iterator[tuple[int, Standing]]:
    statement = (
        select(
            Placement.worker_id,
            Placement.state,
            Placement.order_id,
            Order.title,
            Placement.respond_by,
            Placement.on_site_on,
        )
        .join(Order, Order.id == Placement.order_id)
        .where(Placement.worker_id.in_(worker_ids), Placement.state.in_((*OPEN_OFFERS, *HOLDING)))
        .order_by(Placement.id)
    )
    for worker_id, state, order_id, title, respond_by, since in session.execute(statement):
        pursuit = _OF_STATE[state]
        day = {Pursuit.OFFERED: respond_by, Pursuit.AT_WORK: since}.get(pursuit)
        is_travelling = state is PlacementState.DEPARTED
        yield worker_id, Standing(pursuit, order_id, title, day, is_travelling)


def _spells(session: Session, worker_ids: Collection[int]) -> Iterator[tuple[int, Standing]]:
    """Work that no placement led to; who wants another job is free for it."""
    spell = EmploymentSpell
    # Worked out, for SQLite takes "of no placement" for rare and reads half of all spells for fifty people.
    placement: Any = spell.placement_id + 0
    rows = select(spell.worker_id, spell.employer_name, spell.kind, spell.began_on).where(
        spell.worker_id.in_(worker_ids),
        spell.ended_on.is_(None),
        placement.is_(None),
        spell.seeks_other.is_not(True),
    )
    for worker_id, employer, kind, began_on in session.execute(rows.order_by(spell.id)):
        name = employer or SPELL_KIND_LABELS[kind]
        yield worker_id, Standing(Pursuit.AT_WORK, None, name, began_on)


def _kept_places(session: Session, worker_ids: Collection[int]) -> Iterator[tuple[int, Standing]]:
    """Graduates for whom an order still keeps a place: the latest class of each counts."""
    statement = (
        select(Enrolment.worker_id, PlaceReservation.job_order_id, Order.title)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(PlaceReservation, PlaceReservation.agreement_id == TrainingClass.agreement_id)
        .join(Order, Order.id == PlaceReservation.job_order_id)
        .where(
            Enrolment.worker_id.in_(worker_ids),
            Enrolment.state == EnrolmentState.FINISHED,
            PlaceReservation.released_at.is_(None),
            PlaceReservation.used < PlaceReservation.places,
        )
        .order_by(Enrolment.id.desc())
    )
    seen = set()
    for worker_id, order_id, title in session.execute(statement):
        if worker_id not in seen:
            seen.add(worker_id)
            yield worker_id, Standing(Pursuit.RESERVED, order_id, title)
