"""Reads of this area, and the report of a card as its page shows it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

import matching
from app.kit.web.navigation import Task, counted
from app.kit.web.queue import is_finished
from models.access import Actor, Permission, scope_of, visible_to
from models.i18n import N_
from models.people.identity import SEX_LABELS, Sex
from models.reference.area import area_names
from models.scorecard import CARD_WORKFLOW, CardState, ScoreCard, Verdict, refusal
from models.workflow import Transition

PAGE = 50
# (key in the report, what it is called, what it says, whether more is better)
MEASURES = (
    ("log_loss", N_("预测误差"), N_("对数损失，越小越好"), False),
    ("auc", N_("分得清谁会留下"), N_("AUC，0.5 是瞎猜，1 是全对"), True),
    ("calibration_error", N_("预测和实际差多少"), N_("校准误差，越小越好"), False),
    ("by_order", N_("给岗位排人"), N_("NDCG，1 是排得全对"), True),
    ("by_worker", N_("给人排岗位"), N_("NDCG，1 是排得全对"), True),
)
ATTRIBUTES = {"sex": N_("性别"), "ethnicity": N_("民族"), "county": N_("县")}


@dataclass(frozen=True)
class Compared:
    """One measure of both cards; ``is_better`` is None when they are equal or one is not known."""

    word: str
    explained: str
    before: float | None
    after: float | None
    is_better: bool | None


def cards_page(session: Session, actor: Actor, before: int | None) -> list[ScoreCard]:
    """Return one page of learned cards, newest first (one more than fits)."""
    statement = select(ScoreCard).order_by(ScoreCard.id.desc()).limit(PAGE + 1)
    if before:
        statement = statement.where(ScoreCard.id < before)
    statement = statement.options(joinedload(ScoreCard.created_by), joinedload(ScoreCard.job))
    return list(session.scalars(visible_to(actor, statement, ScoreCard, Permission.CARD_READ)))


def is_running(card: ScoreCard) -> bool:
    """Tell whether the card is still being learned."""
    return card.state is CardState.LEARNING and card.job is not None and not is_finished(card.job)


def buttons(card: ScoreCard, actor: Actor) -> list[Transition]:
    """Return what ``actor`` can do with the card now; a refused switch is not offered but explained."""
    found = CARD_WORKFLOW.available(card, actor)
    return [button for button in found if button.guard is None or button.guard(card, actor) is None]


def why_not(card: ScoreCard, actor: Actor) -> str | None:
    """Return why the card cannot be switched on by ``actor`` (a msgid), or None."""
    return refusal(card, actor) if card.state in (CardState.JUDGED, CardState.OFF) else None


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return the learned cards that wait for another administrator's decision."""
    if not actor.can(Permission.CARD_SWITCH):
        return []
    waiting = session.scalar(
        select(func.count(ScoreCard.id)).where(
            scope_of(actor, ScoreCard, Permission.CARD_SWITCH),
            ScoreCard.state == CardState.JUDGED,
            ScoreCard.verdict == Verdict.MAY_SWITCH,
            ScoreCard.created_by_id != actor.user_id,
        )
    )
    text, reason = (
        counted(waiting or 0, "张新积分卡等你决定用不用"),
        _("同事让它学的，要另一位管理员看过报告"),
    )
    return [Task(waiting or 0, text, reason, url_for("scorecards.index"), _("看积分卡"), "scorecards.index")]


def compared(report: dict[str, Any]) -> list[Compared]:
    """Return every measure of both cards on the later outcomes."""
    champion, challenger = report["champion"], report["challenger"]
    return [
        _compared(word, explained, _figure(champion[key]), _figure(challenger[key]), more)
        for key, word, explained, more in MEASURES
    ]


def _figure(value: Any) -> float | None:
    return value["ndcg"] if isinstance(value, dict) else value


def _compared(word: str, explained: str, before: float | None, after: float | None, more: bool) -> Compared:
    if before is None or after is None or before == after:
        return Compared(word, explained, before, after, None)
    return Compared(word, explained, before, after, (after > before) is more)


def factor_rows(before: matching.Scorecard, after: matching.Scorecard) -> list[tuple[str, int, int]]:
    """Return each factor's word with its most points on both cards."""
    return [
        (word, before.points[name][-1], after.points[name][-1]) for name, word in matching.FACTORS.items()
    ]


def group_rows(session: Session, report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the audited groups with their words, those worse off first."""
    rows = report["groups"] or []
    counties = area_names(session, {row["group"] for row in rows if row["attribute"] == "county"})
    words = {"county": counties, "sex": {sex.value: _(SEX_LABELS[sex]) for sex in Sex}}
    named = [
        row
        | {"kind": ATTRIBUTES[row["attribute"]], "name": words.get(row["attribute"], {}).get(row["group"])}
        for row in rows
    ]
    return sorted(named, key=lambda row: not row["worse"])
