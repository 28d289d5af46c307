"""Who has to verify what about one person: the receiving city that they are at work, the home county that
they are not (人社部发〔2016〕119号). When a status flips the duty moves to the other end, with a deadline."""

import enum
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import CLOCK, Actor, Permission, Role, by_area, everything
from models.base import Base, Recorded
from models.clock import utc_now
from models.event_tags import EventTag
from models.i18n import N_
from models.people.worker import Worker
from models.reference.deadline import DeadlineName, Deadlines
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class DutyState(enum.StrEnum):
    """Whose turn it is, or how it ended."""

    CITY_TO_VERIFY = "city_to_verify"
    COUNTY_TO_VERIFY = "county_to_verify"
    EMPLOYED = "employed"
    NOT_EMPLOYED = "not_employed"
    LAPSED = "lapsed"


DUTY_STATE_LABELS = {
    DutyState.CITY_TO_VERIFY: N_("等用工地核实在岗"),
    DutyState.COUNTY_TO_VERIFY: N_("等户籍县核实不在岗"),
    DutyState.EMPLOYED: N_("用工地已核实在岗"),
    DutyState.NOT_EMPLOYED: N_("户籍县已核实不在岗"),
    DutyState.LAPSED: N_("情况变了，不用再核"),
}
S = DutyState
OPEN_DUTIES = (S.CITY_TO_VERIFY, S.COUNTY_TO_VERIFY)
_P = Permission

DUTY_WORKFLOW = Workflow(
    "duty",
    EventTag.DUTY_ADVANCE,
    (
        Transition(
            "verify_employed",
            (S.CITY_TO_VERIFY,),
            S.EMPLOYED,
            _P.FOLLOWUP_VERIFY,
            N_("核实：在岗"),
            tone="brand",
        ),
        Transition(
            "refuse_employed",
            (S.CITY_TO_VERIFY,),
            S.COUNTY_TO_VERIFY,
            _P.FOLLOWUP_VERIFY,
            N_("不在这里上班，转回户籍县"),
            asks_reason=True,
        ),
        Transition(
            "verify_not_employed",
            (S.COUNTY_TO_VERIFY,),
            S.NOT_EMPLOYED,
            _P.WORKER_WRITE,
            N_("核实：不在岗"),
            tone="brand",
        ),
        Transition(
            "refuse_not_employed",
            (S.COUNTY_TO_VERIFY,),
            S.CITY_TO_VERIFY,
            _P.WORKER_WRITE,
            N_("还在上班，转给用工地"),
            asks_reason=True,
        ),
        Transition("lapse", OPEN_DUTIES, S.LAPSED, _P.WORKER_WRITE, N_("情况变了，不用再核"), shown=False),
    ),
)


class Duty(Recorded, Base):
    """One person's status that waits for the word of the end that has to verify it.

    ``active_worker_id`` is the person while the duty is open; its unique index keeps one open duty a person.
    ``turns`` counts how often it was handed over. ``since_on`` is the day the status is told from.
    """

    __tablename__ = "duty"
    __table_args__ = (
        Index("ix_duty_county_state", "county_code", "state", "due_on", "id"),
        Index("ix_duty_city_state", "city_code", "state", "due_on", "id"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    active_worker_id: Mapped[int | None] = mapped_column(unique=True)
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9), default="")
    spell_id: Mapped[int | None] = mapped_column(
        ForeignKey("employment_spell.id", ondelete="SET NULL"), index=True
    )
    employer_name: Mapped[str] = mapped_column(String(100), default="")
    since_on: Mapped[date]
    state: Mapped[DutyState] = mapped_column(EnumText(DutyState))
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utc_now)
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    turns: Mapped[int] = mapped_column(default=0)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }


def open_duty(session: Session, worker_id: int) -> Duty | None:
    """The duty that waits about a person."""
    waits = Duty.worker_id == worker_id, Duty.state.in_(OPEN_DUTIES)
    return session.scalar(select(Duty).where(*waits).order_by(Duty.id.desc()).limit(1))


def due_after(session: Session, duty: Duty, today: date) -> date:
    """The last day of the end whose turn it is from today on."""
    area = duty.city_code if duty.state is S.CITY_TO_VERIFY else duty.county_code
    return today + timedelta(days=Deadlines(session, today).days(DeadlineName.DUTY, area))


def lapse(session: Session, worker_id: int) -> None:
    """Let what waited about a person go, since the status has flipped again."""
    if (waiting := open_duty(session, worker_id)) is not None:
        waiting.active_worker_id = None
        DUTY_WORKFLOW.advance(session, waiting, "lapse", CLOCK)
        session.flush()


def tell_flip(session: Session, spell: Any, is_employed: bool, actor: Actor, today: date) -> Duty | None:
    """The status of a spell's person has flipped: the end that verifies such a status has a new duty.

    ``spell`` is a models.employment.spell.EmploymentSpell. None where that very end told it, whose word is
    the verification, and for work outside the six cities, where nobody of the platform verifies.
    """
    lapse(session, spell.worker_id)
    if is_employed and not is_received(spell.place_code):
        return None
    if actor.areas(Role.CITY) if is_employed else actor.areas(Role.COUNTY):
        return None
    duty = Duty(
        worker_id=spell.worker_id,
        active_worker_id=spell.worker_id,
        county_code=spell.county_code,
        city_code=f"{spell.place_code[:4]}00" if is_received(spell.place_code) else "",
        spell_id=spell.id,
        employer_name=spell.employer_name,
        since_on=spell.began_on if is_employed else spell.ended_on or today,
        state=S.CITY_TO_VERIFY if is_employed else S.COUNTY_TO_VERIFY,
        told_by_id=actor.user_id,
    )
    duty.due_on = due_after(session, duty, today)
    session.add(duty)
    session.flush()
    return duty


def ask_county(session: Session, spell: Any, reason: str, actor: Actor, today: date) -> Duty:
    """The receiving city does not believe that the spell's person is at work there: the county's turn."""
    waiting = open_duty(session, spell.worker_id)
    if waiting is not None and waiting.state is S.CITY_TO_VERIFY:
        DUTY_WORKFLOW.advance(session, waiting, "refuse_employed", actor, reason=reason)
        waiting.turns += 1
    elif waiting is None:
        waiting = Duty(
            worker_id=spell.worker_id,
            active_worker_id=spell.worker_id,
            county_code=spell.county_code,
            city_code=f"{spell.place_code[:4]}00" if is_received(spell.place_code) else "",
            spell_id=spell.id,
            employer_name=spell.employer_name,
            since_on=spell.began_on,
            state=S.COUNTY_TO_VERIFY,
            told_by_id=actor.user_id,
        )
    waiting.reason, waiting.due_on = reason.strip()[:300], due_after(session, waiting, today)
    session.add(waiting)
    session.flush()
    return waiting


def is_received(place_code: str) -> bool:
    """Whether the place is a city of Guangdong, where an office can verify."""
    return place_code.startswith("44") and not place_code.endswith("0000")
