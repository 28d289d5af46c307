"""Household registration rules of the demo in every state: versions with invented figures, marked so, effects
counted."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import FOSHAN, actor_named
from app.hukou.rules.operations import versions
from app.hukou.rules.operations.effect import measure
from models.hukou.rule import HukouQuota, HukouRule, RuleState

STABLE, POINTS, FAMILY = "稳定居住就业", "新市民积分入户", "夫妻/父母子女投靠(随迁)"
INVENTED = "演示：办理期限、积分和指标都是编的，不是当地的规定。"
TABLE: dict[str, Any] = {
    "items": [
        {"fact": "edu", "op": ">=", "value": 2, "points": 10, "group": "学历技能"},
        {"fact": "edu", "op": ">=", "value": 3, "points": 20, "group": "学历技能"},
        {"fact": "skill_level", "op": "<=", "value": 5, "points": 15, "group": "学历技能"},
        {"fact": "sb_months", "op": ">=", "value": 36, "points": 30, "group": "社保居住"},
        {"fact": "sb_months", "op": ">=", "value": 60, "points": 45, "group": "社保居住"},
        {"fact": "rp_months", "op": ">=", "value": 36, "points": 20, "group": "社保居住"},
        {"fact": "blood_donations", "op": ">=", "value": 1, "points": 5, "group": "公益"},
        {"fact": "volunteer_hours", "op": ">=", "value": 50, "points": 5, "group": "公益"},
    ],
    "caps": {"学历技能": 40, "公益": 8},
}
QUOTAS = {STABLE: 60, POINTS: 3}


def tell_rules(session: Session, today: date) -> None:
    """Make versions that are live, proposed and drafted, and the year's quotas; the caller commits."""
    quick = {"working_days": 10, "priority_orders": True, "version_name": "演示", "note": INVENTED}
    _release(session, _draft(session, FOSHAN, STABLE, quick, today), today)
    _release(session, _draft(session, FOSHAN, FAMILY, {"working_days": 10, "note": INVENTED}, today), today)
    enough = {"fact": "points", "op": ">=", "value": 60, "clause": "演示"}
    listed = quick | {"notice_days": 5, "points": TABLE, "ranking_text": "积分高的在前，同分先申请的在前"}
    listed["ranking"] = ["-points", "applied_on"]
    _release(session, _draft(session, FOSHAN, POINTS, listed, today, enough), today)
    proposed = _draft(session, "441900", '稳定居住就业("两个五年")', {"note": INVENTED}, today, months=36)
    versions.advance(session, actor_named(session, "admin", today), proposed, "propose", "")
    _draft(session, "440400", STABLE, {"note": INVENTED}, today, months=48)
    for route, total in QUOTAS.items():
        for year in (today.year - 1, today.year):
            session.add(HukouQuota(city_code=FOSHAN, route=route, year=year, total=total, source=INVENTED))
    session.flush()


def live(session: Session, route: str, city: str = FOSHAN) -> HukouRule:
    """The version of a route that is in force in ``city``, or in all six."""
    return session.scalars(
        select(HukouRule).where(
            HukouRule.route == route,
            HukouRule.city_code.in_(("", city)),
            HukouRule.state == RuleState.LIVE,
        )
    ).one()


def _draft(
    session: Session,
    city: str,
    route: str,
    values: dict[str, Any],
    today: date,
    condition: dict[str, Any] | None = None,
    months: int | None = None,
) -> HukouRule:
    """A new version with ``values``, one more condition or other months, and its effect counted."""
    base, admin = live(session, route, city), actor_named(session, "admin", today)
    rule = versions.new_version(session, admin, base)
    required = [
        one | ({"value": months} if months and one["fact"].endswith("months") else {})
        for one in base.conditions["all"]
    ]
    conditions = {**base.conditions, "all": [*required, *([condition] if condition else [])]}
    versions.save(session, admin, rule, values | {"conditions": conditions})
    rule.effect = measure(session, base, rule, today, lambda done: None).as_json()
    session.flush()
    return rule


def _release(session: Session, rule: HukouRule, today: date) -> None:
    versions.advance(session, actor_named(session, "admin", today), rule, "propose", "")
    versions.advance(session, actor_named(session, "admin2", today), rule, "release", "")
    session.flush()
