"""Counting what a hukou rule's new version would change; and the night, which asks everybody all rules."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.hukou.rules.operations.effect import measure
from app.hukou.rules.operations.forecasts import evaluate_all
from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from app.kit.web.queue import JobProblem, Progress, long_job
from models.access import Actor, Permission, scope_of
from models.clock import today
from models.hukou.rule import HukouRule, RuleState
from models.i18n import N_, Sentence

COUNTING = N_("正在逐人比较新旧规则")


@long_job
def rule_effect(progress: Progress, actor: Actor, rule_id: int) -> dict[str, Any]:
    """Ask everybody both versions and keep the count with the draft."""
    session = db.session
    progress.tell(COUNTING)
    condition = scope_of(actor, HukouRule, Permission.RULE_WRITE)
    rule = session.scalar(select(HukouRule).where(HukouRule.id == rule_id, condition))
    if rule is None or rule.state is not RuleState.DRAFT:
        raise JobProblem(Sentence("这条规则已经不是草稿，不用再算。"))
    base, version = session.get(HukouRule, rule.base_id or 0), rule.version
    effect = measure(session, base, rule, today(), lambda done: progress.tell(done=done))
    if rule.version != version:
        raise JobProblem(Sentence("算的时候规则又改了，请再算一次。"))
    rule.effect = effect.as_json()
    session.commit()
    return {"rule": rule_id, "people": effect.people}


@nightly("01:50", N_("重新判断每个人的落户条件"))
def evaluate_everybody(session: Session, day: date) -> Any:
    """What changed since the night before."""
    return evaluate_all(session, day)
