"""Use cases: have a card learned, carry that out, switch a card on or off."""

import json
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import Progress, enqueue, is_finished
from app.match_runs.scorecards import outcomes
from models.access import Actor, Permission, scope_of
from models.audit import EventTag, record
from models.clock import today
from models.i18n import N_
from models.scorecard import CARD_WORKFLOW, IN_USE, CardState, ScoreCard, Verdict, active_card
from models.workflow import TransitionRefused

READING, LEARNING, STORING = N_("正在读取回访结果"), N_("正在学习和比较"), N_("正在保存结果")


def card_in_use(session: Session) -> matching.Scorecard:
    """Return the card that new runs are scored with: the learned one in use, else the platform's own."""
    return as_card(active_card(session))


def as_card(row: ScoreCard | None) -> matching.Scorecard:
    """Return a stored card as the engine reads it; None is the platform's own."""
    return matching.Scorecard.from_json(json.dumps(row.points)) if row else matching.DEFAULT_SCORECARD


def start(session: Session, actor: Actor, months: int, day: date) -> ScoreCard:
    """Queue the learning of a card from outcomes after ``months`` (3 or 6).

    Raises PermissionError, or TransitionRefused while another one is being learned.
    """
    if not actor.can(Permission.CARD_SWITCH):
        raise PermissionError(Permission.CARD_SWITCH)
    card = draft(session, actor, months, day)
    card.job = enqueue(session, actor, "learn_card", card.id)
    return card


def draft(session: Session, actor: Actor, months: int, day: date) -> ScoreCard:
    """Note a card that is to be learned, and start nothing yet; see :func:`start`."""
    waiting = session.scalars(select(ScoreCard).where(ScoreCard.state == CardState.LEARNING)).all()
    if any(card.job is not None and not is_finished(card.job) for card in waiting):
        raise TransitionRefused(N_("已经有一张卡正在学，等它学完。"))
    champion, number = active_card(session), (session.scalar(select(func.count(ScoreCard.id))) or 0) + 1
    card = ScoreCard(
        name=f"{day.year}.learned-{number}",
        months=months,
        champion_id=champion.id if champion else None,
        champion_name=card_in_use(session).version,
        created_by_id=actor.user_id,
    )
    session.add(card)
    session.flush()
    record(session, actor, EventTag.CARD_LEARN, card, months=months, name=card.name)
    return card


def carry_out(session: Session, actor: Actor, card_id: int, progress: Progress) -> dict[str, Any]:
    """Read the outcomes, learn, compare, store, and commit; a card that was judged before stays as it is.

    Raises PermissionError when the right is gone.
    """
    progress.tell(READING)
    card = _own_card(session, actor, card_id)
    known, champion = (
        outcomes.read(session, actor, today()),
        as_card(session.get(ScoreCard, card.champion_id or 0)),
    )
    name, months = card.name, card.months
    session.rollback()
    progress.tell(LEARNING)
    found = matching.learn_scorecard(matching.History.of(known.outcomes), champion, name, months)
    progress.tell(STORING)
    card = _own_card(session, actor, card_id)
    if card.state is CardState.LEARNING:
        _store(session, actor, card, known, found)
    session.commit()
    return {"card": card_id, "verdict": found.report.verdict.value}


def _store(
    session: Session, actor: Actor, card: ScoreCard, known: outcomes.Known, found: matching.Learned
) -> None:
    card.points = json.loads(found.card.as_json()) if found.card else {}
    card.report = found.report.as_dict() | {"without_points": known.without_points}
    card.verdict, card.is_synthetic = Verdict(found.report.verdict.value), known.is_synthetic
    CARD_WORKFLOW.advance(session, card, "judge", actor)


def _own_card(session: Session, actor: Actor, card_id: int) -> ScoreCard:
    condition = scope_of(actor, ScoreCard, Permission.CARD_SWITCH)
    card = session.scalar(select(ScoreCard).where(ScoreCard.id == card_id, condition))
    if card is None:
        raise PermissionError(Permission.CARD_SWITCH)
    return card


def advance(session: Session, actor: Actor, card: ScoreCard, event: str, reason: str) -> None:
    """Switch a card on or off; the one in use before gives way.

    Raises PermissionError, IllegalTransition, or TransitionRefused: also when the card was compared with one
    that is no longer in use.
    """
    before = active_card(session)
    if event == "switch_on" and card.champion_id != (before.id if before else None):
        raise TransitionRefused(N_("比较之后，在用的积分卡已经换过了。请重新学一张再比。"))
    CARD_WORKFLOW.advance(session, card, event, actor, reason=reason)
    if event == "switch_on" and before is not None:
        CARD_WORKFLOW.advance(session, before, "give_way", actor)
        before.slot = None
        session.flush()
    card.slot = IN_USE if event == "switch_on" else None
