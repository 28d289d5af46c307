"""Use cases of duties: the end whose turn it is verifies, or hands back with a reason. The caller commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.access import Actor
from models.clock import day_of
from models.employment.duty import DUTY_WORKFLOW, OPEN_DUTIES, Duty, DutyState, due_after, open_duty
from models.employment.spell import EmploymentSpell
from models.i18n import Sentence
from models.workflow import TransitionRefused


def advance(session: Session, actor: Actor, duty: Duty, event: str, reason: str, now: datetime) -> None:
    """Take a step: verified, or over to the other end with a new deadline.

    Raises what Workflow.advance raises, and TransitionRefused where there is no other end to hand it to.
    """
    if event == "refuse_not_employed" and not duty.city_code:
        raise TransitionRefused(Sentence("这份工不在帮扶市，没有用工地可以转；请在用工经历里更正。"))
    DUTY_WORKFLOW.advance(session, duty, event, actor, reason=reason, at=now)
    if duty.state in OPEN_DUTIES:
        duty.due_on, duty.turns = due_after(session, duty, day_of(now)), duty.turns + 1
        duty.reason = reason.strip()[:300]
    else:
        duty.active_worker_id = None
    session.flush()


def verified_by_roster(session: Session, actor: Actor, spells: list[EmploymentSpell], now: datetime) -> int:
    """The city has confirmed a month's lines: what waited for its word about these spells is verified."""
    done = 0
    for spell in spells:
        duty = open_duty(session, spell.worker_id)
        if duty is not None and duty.state is DutyState.CITY_TO_VERIFY and duty.spell_id == spell.id:
            advance(session, actor, duty, "verify_employed", "", now)
            done += 1
    return done
