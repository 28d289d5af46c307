"""A hukou rule is changed by one person, weighed before it counts, and let through by another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.hukou.rules.fact_resolution import known_facts
from app.hukou.rules.operations import versions
from app.hukou.rules.operations.forecasts import evaluate_all
from app.hukou.rules.queries import answers, live_rules
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.hukou.evaluation import Verdict
from models.hukou.fact import EligibilityForecast, PersonFact
from models.hukou.rule import HukouRule, RuleState
from models.people.worker import Worker
from models.placement.placement import Evidence, PlacementState
from models.reference.calendar import months_after
from models.workflow import TransitionRefused
from tests.factories.people import (
    FOSHAN,
    actor_of,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

FIVE_YEARS = "稳定居住就业"


def rule_of(session: Session, route: str = FIVE_YEARS, city: str = FOSHAN) -> HukouRule:
    rows = session.scalars(
        select(HukouRule)
        .where(HukouRule.route == route, HukouRule.city_code == city)
        .order_by(HukouRule.version_number.desc())
    )
    return rows.first()


def works_in_foshan(session: Session, **facts: int) -> Worker:
    worker = make_worker(session)
    make_placement(
        session,
        make_order(session, make_enterprise(session)),
        worker,
        state=PlacementState.ON_SITE,
        on_site_on=today() - timedelta(days=400),
    )
    for name, value in facts.items():
        session.add(
            PersonFact(
                worker_id=worker.id,
                county_code=worker.county_code,
                city_code=FOSHAN,
                name=name,
                value=value,
                as_of=today(),
                growing=True,
                evidence=Evidence.INSURANCE,
                source="参保证明",
            )
        )
    session.commit()
    return worker


def lines(rule: HukouRule, months: str) -> dict[str, str]:
    """The form of a rule with two conditions, the first of ``months``."""
    found = {"document": "佛府〔2020〕1号", "version_name": "2020"}
    for n, (fact, value) in enumerate((("sb_months", months), ("rp_months", "36"))):
        found |= {
            f"conditions-{n}-where": "all",
            f"conditions-{n}-fact": fact,
            f"conditions-{n}-op": ">=",
            f"conditions-{n}-value": value,
            f"conditions-{n}-clause": "第三条",
        }
    return found


@pytest.fixture
def draft(session: Session, sign_in: Callable[..., FlaskClient]) -> tuple[FlaskClient, HukouRule]:
    """An administrator's new version that asks for 36 months instead of 60."""
    admin = sign_in(make_user(session, Role.ADMIN))
    base = rule_of(session)
    answer = admin.post(f"/hukou/rules/{base.id}/version")
    assert answer.status_code == 303
    rule = rule_of(session)
    assert admin.post(f"/hukou/rules/{rule.id}/edit", data=lines(rule, "36")).status_code == 303
    session.refresh(rule)
    return admin, rule


def test_a_change_shows_what_it_would_do_before_anybody_can_let_it_through(session: Session, draft) -> None:
    admin, rule = draft
    works_in_foshan(session, sb_months=40, rp_months=40)
    works_in_foshan(session, sb_months=70, rp_months=70)
    too_early = admin.post(f"/hukou/rules/{rule.id}/advance", data={"event": "propose"})
    assert too_early.status_code == 409
    assert "先算出这次修改会影响多少人" in too_early.text
    admin.post(f"/hukou/rules/{rule.id}/effect")
    session.refresh(rule)
    assert rule.effect["moves"] == {"fails>meets": 1}
    assert rule.effect["people"] == 2
    page = admin.get(f"/hukou/rules/{rule.id}").text
    assert "还不符合 → 符合：1 人" in page
    assert "在该市累计缴社保月数不少于 60 个月" in page
    assert "在该市累计缴社保月数不少于 36 个月" in page


def test_only_another_person_releases_and_the_old_version_steps_back(
    session: Session, draft, sign_in
) -> None:
    admin, rule = draft
    admin.post(f"/hukou/rules/{rule.id}/effect")
    assert admin.post(f"/hukou/rules/{rule.id}/advance", data={"event": "propose"}).status_code == 303
    own = admin.post(f"/hukou/rules/{rule.id}/advance", data={"event": "release"})
    assert own.status_code == 409
    assert "请换一位同事" in own.text
    second = sign_in(make_user(session, Role.ADMIN))
    assert second.post(f"/hukou/rules/{rule.id}/advance", data={"event": "release"}).status_code == 303
    session.expire_all()
    states = session.scalars(
        select(HukouRule.state)
        .where(HukouRule.route == FIVE_YEARS, HukouRule.city_code == FOSHAN)
        .order_by(HukouRule.version_number)
    )
    assert list(states) == [RuleState.RETIRED, RuleState.LIVE]
    tags = session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject == f"settlement_rule:{rule.id}")
    ).all()
    assert tags.count("rule:advance") == 2


def test_a_change_after_counting_must_be_counted_again(session: Session, draft) -> None:
    admin, rule = draft
    admin.post(f"/hukou/rules/{rule.id}/effect")
    admin.post(f"/hukou/rules/{rule.id}/edit", data=lines(rule, "48"))
    session.refresh(rule)
    assert rule.effect is None


def test_a_value_that_does_not_fit_its_fact_keeps_what_was_typed(session: Session, draft) -> None:
    admin, rule = draft
    page = admin.post(f"/hukou/rules/{rule.id}/edit", data=lines(rule, "五年")).text
    assert "请填整数，例如 60。" in page
    assert 'value="五年"' in page
    session.refresh(rule)
    assert rule.conditions["all"][0]["value"] == 36


def test_a_live_rule_is_not_edited_in_place(session: Session) -> None:
    actor = actor_of(session, make_user(session, Role.ADMIN))
    with pytest.raises(TransitionRefused):
        versions.save(session, actor, rule_of(session), {"note": "改"})


def test_an_unchecked_rule_says_so_until_somebody_else_compared_it(session: Session, draft, sign_in) -> None:
    admin, rule = draft
    assert "预审提示" in admin.get(f"/hukou/rules/{rule.id}").text
    form = {"verified_document": "佛府〔2020〕1号 原件", "verified_on": "2020-03-01"}
    assert admin.post(f"/hukou/rules/{rule.id}/checked", data=form).status_code == 409
    other = sign_in(make_user(session, Role.ADMIN))
    assert other.post(f"/hukou/rules/{rule.id}/checked", data=form).status_code == 303
    assert "预审提示" not in other.get(f"/hukou/rules/{rule.id}").text


def test_the_platforms_own_records_are_facts_with_their_source(session: Session) -> None:
    worker = works_in_foshan(session, sb_months=20)
    known = known_facts(session, [worker.id], FOSHAN, today())[worker.id]
    assert known["work_months"].on(today()) == 13
    assert known["sb_months"].source == "参保证明"
    assert known["age"].on(today()) == today().year - 1990 - ((today().month, today().day) < (5, 3))
    assert "rp_months" not in known


def test_the_nearest_route_comes_first(session: Session) -> None:
    worker = works_in_foshan(session, sb_months=60, rp_months=60)
    found = answers(session, worker.id, FOSHAN, today())
    assert (found[0][0].route, found[0][1].verdict) == (FIVE_YEARS, Verdict.MEETS)
    assert len(found) == len(live_rules(session, [FOSHAN], today()))


def test_the_night_finds_who_newly_qualifies_and_forgets_who_left(session: Session) -> None:
    soon = works_in_foshan(session, sb_months=57, rp_months=70)
    far = works_in_foshan(session, sb_months=2, rp_months=2)
    evaluate_all(session, today())
    rows = {(row.worker_id, row.rule_id): row for row in session.scalars(select(EligibilityForecast))}
    rule = rule_of(session)
    assert rows[soon.id, rule.id].verdict == "fails"
    assert rows[soon.id, rule.id].meets_on is not None
    assert (far.id, rule.id) not in rows
    later = rows[soon.id, rule.id].meets_on
    assert evaluate_all(session, later)["newly"] == 1
    session.expire_all()
    assert session.get(EligibilityForecast, rows[soon.id, rule.id].id).became_on == later
    assert evaluate_all(session, later)["newly"] == 1, "asked again on the day, it is the same news"
    assert evaluate_all(session, later + timedelta(days=1))["newly"] == 0


@pytest.mark.parametrize(
    ("months_ago", "ended", "old"),
    [(None, False, True), (11, False, False), (13, False, True), (13, True, False)],
)
def test_a_live_rule_that_nobody_compared_for_a_year_is_shown_and_counted(
    session: Session, sign_in: Callable[..., FlaskClient], months_ago: int | None, ended: bool, old: bool
) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    for other in session.scalars(select(HukouRule)):
        other.verified_on = today()
    rule = rule_of(session)
    rule.verified_on = None if months_ago is None else months_after(today(), -months_ago)
    rule.valid_to = today() - timedelta(days=1) if ended else None
    session.commit()
    assert ("条启用的落户规则从没有或一年多没有对照过原文" in admin.get("/").text) is old
    page = admin.get("/hukou/rules").text
    assert ("还没有人对照" in page or "该再看看" in page) is old
    assert ("我对照过原文了" in admin.get(f"/hukou/rules/{rule.id}").text) is old
