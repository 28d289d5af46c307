"""Use cases: have a scorecard learned, carry that out, switch one on or off."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import Progress, enqueue, is_finished
from app.match_runs.scorecards import outcomes, past_lists
from app.match_runs.scorecards.queries import engine_scorecard, scorecard_in_use
from models.access import Actor, Permission, scope_of
from models.audit import record
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.scorecard import (
    IN_USE,
    SCORECARD_WORKFLOW,
    Scorecard,
    ScorecardState,
    Verdict,
    active_scorecard,
)
from models.workflow import TransitionRefused

READING, LEARNING, STORING = N_("正在读取回访结果"), N_("正在学习和比较"), N_("正在保存结果")


def start(session: Session, actor: Actor, months: int, today: date) -> Scorecard:
    """Queue the learning of a scorecard from outcomes after ``months`` (3 or 6).

    Raises PermissionError, or TransitionRefused while another one is being learned.
    """
    if not actor.can(Permission.CARD_SWITCH):
        raise PermissionError(Permission.CARD_SWITCH)
    scorecard = draft(session, actor, months, today)
    scorecard.job = enqueue(session, actor, "learn_card", scorecard.id)
    return scorecard


def draft(session: Session, actor: Actor, months: int, today: date) -> Scorecard:
    """Note a scorecard that is to be learned, and start nothing yet; see :func:`start`."""
    learning = select(Scorecard).where(Scorecard.state == ScorecardState.LEARNING)
    if any(row.job is not None and not is_finished(row.job) for row in session.scalars(learning).all()):
        raise TransitionRefused(Sentence("已经有一张卡正在学，等它学完。"))
    champion = active_scorecard(session)
    number = (session.scalar(select(func.count(Scorecard.id))) or 0) + 1
    scorecard = Scorecard(
        name=f"{today.year}.learned-{number}",
        months=months,
        champion_id=champion.id if champion else None,
        champion_name=scorecard_in_use(session).version,
        created_by_id=actor.user_id,
    )
    session.add(scorecard)
    session.flush()
    record(session, actor, EventTag.CARD_LEARN, scorecard, months=months, name=scorecard.name)
    return scorecard


def carry_out(
    session: Session, actor: Actor, scorecard_id: int, progress: Progress, today: date
) -> dict[str, Any]:
    """Read the outcomes, learn, compare, store, and commit; one that was judged before stays as it is.

    Raises PermissionError when the right is gone.
    """
    progress.tell(READING)
    scorecard = _learnable(session, actor, scorecard_id)
    history = outcomes.read(session, actor, today)
    champion = engine_scorecard(session.get(Scorecard, scorecard.champion_id or 0))
    name, months = scorecard.name, scorecard.months
    lists = past_lists.read(session, history, months)
    session.rollback()
    progress.tell(LEARNING)
    learned = matching.learn_scorecard(matching.History.of(history.outcomes), champion, name, months)
    value = matching.value_of_lists(lists, learned.card or champion)
    progress.tell(STORING)
    scorecard = _learnable(session, actor, scorecard_id)
    if scorecard.state is ScorecardState.LEARNING:
        _store(session, actor, scorecard, history, learned, value)
    session.commit()
    return {"card": scorecard_id, "verdict": learned.report.verdict.value}


def _store(
    session: Session,
    actor: Actor,
    scorecard: Scorecard,
    history: outcomes.OutcomeHistory,
    learned: matching.Learned,
    value: matching.ListsValue | None,
) -> None:
    scorecard.points = json.loads(learned.card.as_json()) if learned.card else {}
    scorecard.report = learned.report.as_dict() | {
        "without_points": history.without_points,
        "past_lists": asdict(value) if value else None,
    }
    scorecard.verdict = Verdict(learned.report.verdict.value)
    scorecard.is_synthetic = history.is_synthetic
    SCORECARD_WORKFLOW.advance(session, scorecard, "judge", actor)


def _learnable(session: Session, actor: Actor, scorecard_id: int) -> Scorecard:
    condition = scope_of(actor, Scorecard, Permission.CARD_SWITCH)
    scorecard = session.scalar(select(Scorecard).where(Scorecard.id == scorecard_id, condition))
    if scorecard is None:
        raise PermissionError(Permission.CARD_SWITCH)
    return scorecard


def advance(session: Session, actor: Actor, scorecard: Scorecard, event: str, reason: str) -> None:
    """Switch a scorecard on or off; the one in use before gives way.

    Raises PermissionError, IllegalTransition, or TransitionRefused: also when it was compared with one that
    is no longer in use.
    """
    before = active_scorecard(session)
    if event == "switch_on" and scorecard.champion_id != (before.id if before else None):
        raise TransitionRefused(Sentence("比较之后，在用的积分卡已经换过了。请重新学一张再比。"))
    SCORECARD_WORKFLOW.advance(session, scorecard, event, actor, reason=reason)
    if event == "switch_on" and before is not None:
        SCORECARD_WORKFLOW.advance(session, before, "give_way", actor)
        before.slot = None
        session.flush()
    scorecard.slot = IN_USE if event == "switch_on" else None
