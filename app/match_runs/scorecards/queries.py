"""Reads of this room: the scorecard in use, those learned, and the report of one as its page shows it."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

import matching
from app.kit.web.navigation import Task
from app.kit.web.queue import is_finished
from models.access import Actor, Permission, scope_of, visible_to
from models.i18n import N_, Sentence, counted
from models.people.identity import SEX_LABELS, Sex
from models.reference.area import area_names
from models.scorecard import Scorecard, ScorecardState, StoredScorecard, Verdict, active_scorecard
from models.second_person import others

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
class Comparison:
    """One measure of both scorecards; ``is_better`` is None when they are equal or one is not known."""

    word: str
    explained: str
    before: float | None
    after: float | None
    is_better: bool | None


def scorecard_in_use(session: Session) -> matching.Scorecard:
    """What new runs are scored with: the learned scorecard in use, else the platform's own."""
    return engine_scorecard(active_scorecard(session))


def engine_scorecard(scorecard: Scorecard | None) -> matching.Scorecard:
    """A learned scorecard as the engine reads it; None is the platform's own."""
    return stored_scorecard(scorecard.points) if scorecard else matching.DEFAULT_SCORECARD


def stored_scorecard(stored: StoredScorecard) -> matching.Scorecard:
    """A stored scorecard as the engine reads it. Raises ValueError for anything else."""
    return matching.Scorecard.from_json(json.dumps(stored))


def scorecards_page(session: Session, actor: Actor, before: int | None) -> list[Scorecard]:
    """Learned scorecards, newest first, one more than a page holds."""
    statement = select(Scorecard).order_by(Scorecard.id.desc()).limit(PAGE + 1)
    if before:
        statement = statement.where(Scorecard.id < before)
    statement = statement.options(joinedload(Scorecard.created_by), joinedload(Scorecard.job))
    return list(session.scalars(visible_to(actor, statement, Scorecard, Permission.CARD_READ)))


def is_running(scorecard: Scorecard) -> bool:
    """Whether it is still being learned."""
    is_learning = scorecard.state is ScorecardState.LEARNING
    return is_learning and scorecard.job is not None and not is_finished(scorecard.job)


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """The learned scorecards that wait for another administrator's decision."""
    if not actor.can(Permission.CARD_SWITCH):
        return []
    waiting = session.scalar(
        select(func.count(Scorecard.id)).where(
            scope_of(actor, Scorecard, Permission.CARD_SWITCH),
            Scorecard.state == ScorecardState.JUDGED,
            Scorecard.verdict == Verdict.MAY_SWITCH,
            others(session, actor, Scorecard.created_by_id),
        )
    )
    text, reason = (
        counted(waiting or 0, "张新积分卡等你决定用不用"),
        Sentence("同事让它学的，要另一位管理员看过报告"),
    )
    return [Task(waiting or 0, text, reason, url_for("scorecards.index"), N_("看积分卡"), "scorecards.index")]


def comparisons(report: dict[str, Any]) -> list[Comparison]:
    """Every measure of both scorecards on the later outcomes."""
    champion, challenger = report["champion"], report["challenger"]
    return [
        _comparison(word, explained, _figure(champion[key]), _figure(challenger[key]), more)
        for key, word, explained, more in MEASURES
    ]


def _figure(value: Any) -> float | None:
    figure: float | None = value["ndcg"] if isinstance(value, dict) else value
    return figure


def _comparison(
    word: str, explained: str, before: float | None, after: float | None, more: bool
) -> Comparison:
    if before is None or after is None or before == after:
        return Comparison(word, explained, before, after, None)
    return Comparison(word, explained, before, after, (after > before) is more)


def contradicted(scorecard: Scorecard) -> list[str]:
    """The words of the factors that get points though fewer people stayed; reports of before do not say."""
    return [matching.FACTORS[name] for name in scorecard.report.get("contradicted") or ()]


def factor_rows(before: matching.Scorecard, after: matching.Scorecard) -> list[tuple[str, int, int]]:
    """Each factor's word with its most points on both scorecards."""
    return [
        (word, before.points[name][-1], after.points[name][-1]) for name, word in matching.FACTORS.items()
    ]


def group_rows(session: Session, report: dict[str, Any]) -> list[dict[str, Any]]:
    """The audited groups with their words (``kind`` and ``name``), those worse off first."""
    rows = report["groups"] or []
    counties = area_names(session, {row["group"] for row in rows if row["attribute"] == "county"})
    words = {"county": counties, "sex": {sex.value: SEX_LABELS[sex] for sex in Sex}}
    named = [
        row
        | {"kind": ATTRIBUTES[row["attribute"]], "name": words.get(row["attribute"], {}).get(row["group"])}
        for row in rows
    ]
    return sorted(named, key=lambda row: not row["worse"])
