"""A definition changes by a version that a second person releases; what is frozen keeps its own."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.queue import Silence
from app.reports import definitions
from app.reports.pairs import Pair
from app.reports.queries import definitions_of
from models.access import Role
from models.reports.indicator import Indicator, indicators_on
from models.reports.report import Report
from models.workflow import TransitionRefused
from tests.app.reports.scene import LIANGSHAN, ON, Year
from tests.app.reports.test_reports import frozen
from tests.factories.people import FOSHAN, actor_of, make_user

PAIR = Pair(FOSHAN, LIANGSHAN)
NEXT = date(2017, 9, 1)


def typed(session: Session, key: str = "year_province", **changed: object) -> dict[str, object]:
    """What the form says of the definition in force, with what is changed."""
    there = definitions.base_of(session, key)
    told = {name: getattr(there, name) for name in definitions.WRITTEN}
    return told | {"valid_from": NEXT, "reason": "《考核办法》修订"} | changed


def on(session: Session, day: date, key: str = "year_province") -> Indicator:
    (one,) = [one for one in indicators_on(session, day) if one.key == key]
    return one


def test_a_changed_definition_is_weighed_and_released_by_a_second_person_and_a_frozen_report_keeps_its_own(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    year = Year(session)
    report = frozen(session, year)
    before = dict(report.figures)
    one, two = (make_user(session, Role.PROVINCE) for _n in range(2))
    client, other = sign_in(one), sign_in(two)
    there = on(session, ON)
    page = client.get(f"/reports/definitions/{there.id}/change").text
    assert "改口径" in page
    form = {
        "name": there.name,
        "formula": there.formula,
        "document_aspect": "labour",
        "national_aspect": "labour",
        "reporter": "both",
        "least_evidence": "3",
        "weight": "8",
        "evidence": "工资流水以上",
        "counted_once": there.counted_once,
        "reason": "《考核办法》修订",
    }
    early = client.post(f"/reports/definitions/{there.id}/change", data=form | {"valid_from": ON.isoformat()})
    assert "报表已经封存到 2017 年 8 月 31 日" in early.text
    sent = client.post(
        f"/reports/definitions/{there.id}/change", data=form | {"valid_from": NEXT.isoformat()}
    )
    assert sent.status_code == 303
    version = session.scalars(select(Indicator).where(Indicator.version_number == 2)).one()
    step = f"/reports/definitions/{version.id}/step"
    writer = actor_of(session, one)
    definitions.carry_out_weighing(session, writer, version.id, Silence(), ON)
    (effect,) = [one for one in definitions.effect_of(version) if one.pair == PAIR]
    assert effect.before > effect.after, "who is shown by word alone counts no more"
    assert client.post(step, data={"event": "propose"}).status_code == 303
    assert "请换一位同事" in client.post(step, data={"event": "release"}).text
    assert "个指标口径等你批准" in other.get("/").text
    assert other.post(step, data={"event": "release"}).status_code == 303
    session.expire_all()
    assert (on(session, ON).version_number, on(session, NEXT).version_number) == (1, 2)
    assert on(session, NEXT).least_evidence == 3
    kept = session.get_one(Report, report.id)
    assert kept.figures == before
    assert {one.key: one.version_number for one in definitions_of(session, kept)}["year_province"] == 1
    assert "第 2 版" in other.get(f"/reports/definitions/{version.id}").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, definitions.NOTHING_CHANGED),
        ({"document_aspect": None, "national_aspect": None}, definitions.NO_ASPECT),
    ],
)
def test_a_change_that_changes_nothing_or_belongs_nowhere_is_refused(
    session: Session, changed: dict[str, object], said: object
) -> None:
    actor = actor_of(session, make_user(session, Role.PROVINCE))
    with pytest.raises(TransitionRefused) as refused:
        definitions.write(session, actor, on(session, ON), typed(session, **changed))
    assert said in refused.value.sentences


def test_a_second_draft_of_the_same_figure_waits_for_the_first(session: Session) -> None:
    actor = actor_of(session, make_user(session, Role.PROVINCE))
    definitions.write(session, actor, on(session, ON), typed(session, weight=7))
    with pytest.raises(TransitionRefused) as refused:
        definitions.write(session, actor, on(session, ON), typed(session, weight=9))
    assert definitions.HAS_VERSION in refused.value.sentences


def test_a_dropped_draft_is_in_force_on_no_day_and_the_next_has_a_number_of_its_own(session: Session) -> None:
    actor = actor_of(session, make_user(session, Role.PROVINCE))
    dropped = definitions.write(session, actor, on(session, ON), typed(session, weight=7))
    with pytest.raises(TransitionRefused, match="先算出"):
        definitions.advance(session, actor, dropped, "propose")
    definitions.advance(session, actor, dropped, "discard", "写错了")
    assert on(session, date(2030, 1, 1)).version_number == 1
    assert definitions.write(session, actor, on(session, ON), typed(session, weight=9)).version_number == 3
