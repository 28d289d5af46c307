"""The reference facts, as the founding document and the sources have them."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from app.commands.reference_load import SHIPPED, load_all
from app.hukou.rules.queries import live_rules
from app.kit.reference_files import confidence_of
from app.placements.operations.take_home_figures import end_figure
from app.reference.facts.operations import save_fact
from app.reference.facts.tables import BY_SLUG
from models.access import Role
from models.audit import AuditEvent
from models.audit_walk import verify
from models.hukou.rule import HukouQuota, HukouRule
from models.reference.area import Area, resolve_county
from models.reference.dated_fact import (
    CodeItem,
    MinimumWage,
    MoneyFigure,
    Pairing,
    ProgrammeCounty,
    Skill,
    helped_prefectures,
    helper_cities,
    holds_on,
    minimum_wage_on,
    pairing_ended_on,
    partner_cities,
    partner_prefectures,
)
from models.reference.sourced import Basis, Sourced
from tests.factories.people import actor_of, make_user

THEN = date(2017, 5, 8)


def test_the_programme_has_its_53_counties(session: Session) -> None:
    counts = session.execute(
        select(ProgrammeCounty.prefecture_code, func.count())
        .where(holds_on(ProgrammeCounty, date(2016, 12, 31)))
        .group_by(ProgrammeCounty.prefecture_code)
    )
    found = dict(counts.all())
    assert found == {
        "451000": 10,
        "451200": 7,
        "513400": 11,
        "520500": 5,
        "522700": 6,
        "530600": 10,
        "533300": 4,
    }
    assert sum(found.values()) == 53


@pytest.mark.parametrize(
    ("county", "cities"),
    [
        ("451081", ("440300",)),
        ("451225", ("440300",)),
        ("522726", ("440100",)),
        ("520525", ("440100",)),
        ("533323", ("440400",)),
        ("513431", ("440600",)),
        ("530624", ("441900", "442000")),
    ],
)
def test_each_county_has_the_helpers_of_the_document(
    session: Session, county: str, cities: tuple[str, ...]
) -> None:
    assert helper_cities(session, county, THEN) == cities


def test_the_pairings_begin_with_the_document(session: Session) -> None:
    assert helped_prefectures(session, "440300", date(2016, 12, 24)) == ()
    assert helped_prefectures(session, "440300", THEN) == ("451000", "451200")


def test_both_ends_of_every_pairing_are_places_that_the_platform_knows(session: Session) -> None:
    """Else a line of a register for such a pair is refused by the database (林芝, 喀什)."""
    places = set(session.scalars(select(Area.code)))
    pairings = session.scalars(select(Pairing)).all()
    assert len(pairings) > 20
    assert {one.recipient_code for one in pairings if one.recipient_code} - places == set()
    assert {one.helper_code for one in pairings if one.helper_code} - places == set()


@pytest.mark.parametrize(
    ("code", "county"), [("451003", "451021"), ("451021", "451021"), ("513431", "513431")]
)
def test_old_and_new_codes_lead_to_one_county(session: Session, code: str, county: str) -> None:
    assert resolve_county(session, code).code == county


@pytest.mark.parametrize(
    ("city", "day", "yuan"),
    [
        ("440600", "2017-05-08", 1510),
        ("440100", "2018-06-30", 1895),
        ("440100", "2018-07-01", 2100),
        ("440300", "2015-04-01", 2030),
        ("440300", "2021-12-15", 2200),
        ("440300", "2022-01-01", 2360),
        ("441900", "2026-01-01", 2080),
        ("440300", "2017-07-01", 2130),
        ("440100", "2026-08-31", 2500),
        ("440100", "2026-09-01", 2680),
        ("440300", "2026-11-29", 2700),
        ("440400", "2026-11-29", 2300),
        ("440500", "2026-11-29", 2040),
        ("440200", "2017-05-08", 1210),
    ],
)
def test_the_minimum_wage_is_that_of_its_city_and_day(
    session: Session, city: str, day: str, yuan: int
) -> None:
    assert minimum_wage_on(session, city, date.fromisoformat(day)).monthly_yuan == yuan


@pytest.mark.parametrize(
    ("city", "day", "verified"),
    [
        ("440600", "2017-05-08", False),
        ("440600", "2019-05-08", True),
        ("440200", "2026-05-08", False),
        ("440100", "2022-05-08", False),
        ("440300", "2022-05-08", True),
        ("440100", "2026-11-29", True),
        ("440600", "2026-11-29", False),
    ],
)
def test_figures_from_memory_are_to_be_checked(session: Session, city: str, day: str, verified: bool) -> None:
    assert minimum_wage_on(session, city, date.fromisoformat(day)).verified is verified


def test_before_the_first_known_row_there_is_no_minimum_wage(session: Session) -> None:
    assert minimum_wage_on(session, "440600", date(2014, 1, 1)) is None


def test_the_hourly_sum_has_a_confidence_of_its_own(session: Session) -> None:
    row = minimum_wage_on(session, "440100", date(2022, 5, 8))
    assert (row.monthly_yuan, row.verified) == (2300, False)
    assert (row.hourly_yuan, row.hourly_verified) == (Decimal("22.2"), True)


def test_loading_again_changes_nothing_that_was_edited(session: Session) -> None:
    row = session.scalar(select(MinimumWage).where(MinimumWage.city_code == "440600"))
    admin = actor_of(session, make_user(session, Role.ADMIN))
    save_fact(session, admin, BY_SLUG["minimum-wages"], row, {"monthly_yuan": 9999}, THEN)
    session.commit()
    assert load_all(session) == {}
    assert row.monthly_yuan == 9999


def test_an_older_database_gets_corrected_facts_and_new_ones(session: Session) -> None:
    """As a database of the year before: this year's wages missing, a pairing without end, a wrong source."""
    newest = select(MinimumWage).where(MinimumWage.valid_from == date(2026, 9, 1))
    missing = len([session.delete(row) for row in session.scalars(newest).all()])
    older = session.scalars(select(MinimumWage).where(MinimumWage.valid_from == date(2025, 3, 1))).all()
    for row in older:
        row.valid_to, row.source = None, "粤府函〔2025〕(号待核)"
    endless = session.scalars(select(Pairing).where(Pairing.recipient_code == "513400")).one()
    endless.valid_to = None
    session.commit()
    assert load_all(session) == {"minimum_wage": missing + len(older), "pairing": 1}
    assert minimum_wage_on(session, "440100", date(2026, 11, 29)).monthly_yuan == 2680
    assert {row.source for row in older} == {"粤府函〔2025〕23号"}
    assert endless.valid_to == date(2021, 3, 31)
    assert load_all(session) == {}


def loads(session: Session) -> list[AuditEvent]:
    return list(
        session.scalars(select(AuditEvent).where(AuditEvent.tag == "reference:load").order_by(AuditEvent.id))
    )


def test_a_load_that_changes_facts_is_audited_once_with_the_counts_of_each_table(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    pairing = session.scalars(select(Pairing).where(Pairing.recipient_code == "513400")).one()
    pairing.source = "错的依据"
    wage = session.scalars(select(MinimumWage).limit(1)).one()
    session.delete(wage)
    session.commit()
    load_all(session)
    session.rollback()
    assert loads(session) == [], "the load was taken back, and its audit with it"
    load_all(session)
    session.commit()
    (event,) = loads(session)
    assert (event.actor_id, event.subject) == (None, "reference")
    assert event.details == {"counts": {"pairing": 1, "minimum_wage": 1}}
    assert verify(session) is None
    page = sign_in(make_user(session, Role.AUDITOR)).get("/admin/audit").text
    assert "载入平台自带的基础数据" in page
    assert "结对关系 1" in page
    load_all(session)
    session.commit()
    assert len(loads(session)) == 1, "a load that changes nothing is no act"


def test_loading_corrects_a_shipped_quota_and_leaves_what_was_used_of_it(session: Session) -> None:
    quota = session.scalars(select(HukouQuota).where(HukouQuota.total == 10000).limit(1)).one()
    quota.total, quota.used = 9000, 7
    session.commit()
    assert load_all(session) == {"settlement_quota": 1}
    assert (quota.total, quota.used) == (10000, 7)
    assert load_all(session) == {}


def test_a_figure_that_its_owner_ended_stays_ended(session: Session) -> None:
    city = actor_of(session, make_user(session, Role.CITY, area_code="440600"))
    row = session.scalars(select(MoneyFigure).where(MoneyFigure.owner_code == "440600").limit(1)).one()
    end_figure(session, city, row, date(2026, 1, 1))
    session.commit()
    assert load_all(session) == {}
    assert row.valid_to == date(2025, 12, 31)


@pytest.mark.parametrize("prefecture", ["513400", "533300", "530600"])
def test_the_pairings_with_sichuan_and_yunnan_ended_in_2021(session: Session, prefecture: str) -> None:
    rows = session.scalars(select(Pairing).where(Pairing.recipient_code == prefecture)).all()
    assert rows
    assert {row.valid_to for row in rows} == {date(2021, 3, 31)}


def test_from_2021_guangdong_helps_guangxi_and_guizhou(session: Session) -> None:
    rows = session.scalars(
        select(Pairing).where(holds_on(Pairing, date(2026, 11, 29)), Pairing.helper_code == "440000")
    ).all()
    helped = {row.recipient_code for row in rows if row.kind == "东西部协作"}
    assert helped == {"450000", "520000"}
    assert all(row.verified for row in rows if row.kind == "东西部协作")


def test_a_county_whose_pairing_ended_goes_on_with_its_cities(session: Session) -> None:
    day = date(2026, 11, 29)
    assert helper_cities(session, "513431", day) == ()
    assert partner_cities(session, "513431", day) == ("440600",)
    assert pairing_ended_on(session, "513431", day) == date(2021, 3, 31)
    assert partner_prefectures(session, "440600", day) == ("522600", "513400")
    assert partner_prefectures(session, "440600", THEN) == ("513400",)


def test_the_widening_of_2017_is_known_and_over(session: Session) -> None:
    then = session.scalars(select(ProgrammeCounty).where(holds_on(ProgrammeCounty, date(2019, 5, 8)))).all()
    counts = Counter(row.prefecture_code for row in then)
    assert (counts["522700"], counts["520500"], len(then)) == (10, 7, 59)
    assert not any(row.verified for row in then if row.valid_from == date(2017, 1, 1))


def test_the_counties_of_zhaotong_are_parted_between_two_cities(session: Session) -> None:
    rows = session.scalars(select(ProgrammeCounty).where(ProgrammeCounty.prefecture_code == "530600"))
    cities = {row.name: row.helper_city_code for row in rows}
    zhongshan = {name for name, city in cities.items() if city == "442000"}
    assert zhongshan == {"大关县", "盐津县", "绥江县", "永善县"}
    assert {city for name, city in cities.items() if name not in zhongshan} == {"441900"}


def test_a_county_has_one_code_a_day(session: Session) -> None:
    raised = session.scalars(select(Area).where(Area.successor_code.is_not(None))).all()
    assert len(raised) == 8
    for area in raised:
        later = session.get_one(Area, area.successor_code)
        assert area.valid_to == later.valid_from - timedelta(days=1)
    dates = {
        code: session.get_one(Area, code).valid_from for code in ("440311", "451003", "451082", "530681")
    }
    assert list(dates.values()) == [date(2018, 5, 1), date(2019, 8, 1), date(2019, 12, 26), date(2018, 7, 1)]


def test_no_remembered_fact_decides_anything(session: Session) -> None:
    remembered = 0
    for shipped in SHIPPED:
        if issubclass(shipped.model, Sourced):
            rows = session.scalars(select(shipped.model).where(shipped.model.basis == Basis.MEMORY)).all()
            remembered += len(rows)
            assert not any(row.verified for row in rows), shipped.model
    assert remembered > 100


@pytest.mark.parametrize("text", ["高(金额见;余忆)", "高", "见", "中(见)", ""])
def test_a_confidence_is_one_level_and_one_basis_or_refused(text: str) -> None:
    with pytest.raises(KeyError):
        confidence_of(text)


@pytest.mark.parametrize(
    "name",
    [
        "保安员证",
        "道路运输从业资格证(货运)",
        "网络预约出租汽车驾驶员证",
        "机动车驾驶证C1",
        "健康证明",
        "消防设施操作员证书",
        "游泳救生员国家职业资格证书",
    ],
)
def test_licences_that_the_law_asks_for_are_marked_and_still_to_be_checked(
    session: Session, name: str
) -> None:
    skill = session.scalars(select(Skill).where(Skill.name == name)).one()
    assert (skill.licence_required, skill.verified) == (True, False)
    assert "《" in skill.source


def test_a_certificate_of_skill_is_no_licence(session: Session) -> None:
    skill = session.scalars(select(Skill).where(Skill.name == "车工职业技能等级证书")).one()
    assert (skill.licence_required, skill.verified) == (False, True)


def test_the_police_codes_of_ethnic_groups_are_no_national_standard(session: Session) -> None:
    rows = session.scalars(
        select(CodeItem).where(CodeItem.list_name == "民族", CodeItem.code.in_(("97", "98")))
    )
    found = {row.name: (row.source.startswith("公安"), row.verified) for row in rows}
    assert found.keys() >= {"其他", "穿青人", "外国血统中国籍人士"}
    assert set(found.values()) == {(True, False)}


@pytest.mark.parametrize(
    ("city", "route", "ends"),
    [
        ("441900", "积分制入户", date(2017, 12, 31)),
        ("440300", "积分入户(居住+社保纯积分)", date(2020, 12, 31)),
        ("440100", "积分入户", date(2020, 12, 31)),
    ],
)
def test_routes_of_registration_known_to_be_dead_end_by_date(
    session: Session, city: str, route: str, ends: date
) -> None:
    rule = session.scalars(
        select(HukouRule).where(HukouRule.city_code == city, HukouRule.route == route)
    ).one()
    assert rule.valid_to == ends
    assert rule in live_rules(session, [city], ends)
    assert rule not in live_rules(session, [city], ends + timedelta(days=1))


def test_an_older_database_gets_the_end_of_a_route_but_no_rule_that_somebody_checked(
    session: Session,
) -> None:
    rules = session.scalars(select(HukouRule).where(HukouRule.valid_to.is_not(None))).all()
    for rule in rules:
        rule.valid_to = None
    rules[0].verified_on = THEN
    session.commit()
    session.execute(update(HukouRule).values(version=1))
    session.expire_all()
    assert load_all(session) == {"settlement_rule": len(rules) - 1}
    assert [rule.valid_to is None for rule in rules] == [True] + [False] * (len(rules) - 1)
    assert {rule.version for rule in rules} == {1}
    assert load_all(session) == {}


def test_a_load_reads_each_table_once_and_not_for_every_row(session: Session) -> None:
    """Each of 2,400 dated rows asked whether an administrator's holds on its days: a start's longest part."""
    session.execute(delete(MinimumWage))
    session.commit()
    asked: list[str] = []

    def hear(connection: object, cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", hear)
    try:
        counts = load_all(session)
    finally:
        event.remove(bind, "before_cursor_execute", hear)
    assert counts["minimum_wage"] > 50
    assert sum(statement.startswith("SELECT") for statement in asked) < 2 * len(SHIPPED)
