"""Which rights hold at a moment, and which rows each opens: every boundary by itself, on real rows."""

from dataclasses import FrozenInstanceError
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models.access import (
    BELONGS_DAYS,
    COUNTY_OFFICES,
    OFFICES_OF_BOTH,
    Actor,
    Grant,
    PersonOpening,
    Right,
    Role,
    by_area,
    by_organisation,
    by_person,
    count_and_first,
    everything,
    load_actor,
    register_scope,
    scope_of,
)
from models.clock import CHINA, today, utc_now
from models.people.worker import Worker
from models.permissions import OF_PERSONS, ROLE_PERMISSIONS, Permission
from models.reference.area import Area, begins_with
from models.user import User
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_enterprise, make_user, make_worker

LIANGSHAN, SICHUAN = "513400", "510000"
P = Permission
DAY = timedelta(days=1)


def given(session: Session, user: User, **values: object) -> Grant:
    """One more grant of the account."""
    grant = Grant(**({"user_id": user.id, "role": Role.COUNTY, "area_code": ZHAOJUE} | values))
    session.add(grant)
    session.commit()
    return grant


def noon(day_offset: int) -> datetime:
    """Twelve o'clock here, so many days from today: the same day in every zone's reading."""
    return datetime.combine(today() + day_offset * DAY, time(12), CHINA)


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(-1, None, True), (0, None, True), (1, None, False), (-9, 0, True), (-9, 1, True), (-9, -1, False)],
)
def test_a_right_holds_from_its_first_day_to_its_last(session, first, last, holds) -> None:
    user = make_user(session)
    ends = None if last is None else today() + last * DAY
    given(session, user, valid_from=today() + first * DAY, valid_to=ends)
    actor = load_actor(session, user, today())
    assert actor.has_role(Role.COUNTY) is holds
    assert (actor.user_id, actor.name) == (user.id, user.name)


def test_what_was_taken_back_holds_no_more_on_the_same_day(session: Session) -> None:
    user = make_user(session)
    given(session, user, valid_from=today() - 9 * DAY, revoked_at=utc_now())
    assert load_actor(session, user, today()).rights == ()


def test_what_lies_in_a_prefecture_is_told_code_by_code(session: Session) -> None:
    user = make_user(session, Role.PREFECTURE, area_code=LIANGSHAN)
    (right,) = load_actor(session, user, today()).rights
    inside = select(Area.code).where((Area.code == LIANGSHAN) | (Area.prefecture_code == LIANGSHAN))
    assert set(right.places) == set(session.scalars(inside))
    assert {ZHAOJUE, BUTUO, LIANGSHAN} <= set(right.counties)
    assert set(right.places) - set(right.counties)
    assert all(len(code) == 6 for code in right.counties)
    condition = by_area("county_code")(Worker, right)
    asked = str(select(Worker.id).where(condition).compile(session.connection()))
    assert "prefecture_code" not in asked
    here, there = make_worker(session), make_worker(session, county_code=BUTUO)
    assert {here.id, there.id} <= set(session.scalars(select(Worker.id).where(condition)))
    county = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    assert load_actor(session, county, today()).rights[0].places == ()


def test_a_closed_account_holds_nothing(session: Session) -> None:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    user.is_active = False
    assert load_actor(session, user, today()) == Actor(user.id, user.name)


def test_rights_of_others_are_not_mine(session: Session) -> None:
    before, me, after = make_user(session, Role.CITY), make_user(session), make_user(session, Role.ADMIN)
    given(session, me, valid_from=today())
    assert [right.role for right in load_actor(session, me, today()).rights] == [Role.COUNTY]
    assert [load_actor(session, one, today()).rights[0].role for one in (before, after)] == [
        Role.CITY,
        Role.ADMIN,
    ]


@pytest.mark.parametrize(
    ("last", "taken_back", "belongs"),
    [
        (None, None, True),
        (-BELONGS_DAYS, None, True),
        (-BELONGS_DAYS - 1, None, False),
        (None, -BELONGS_DAYS, True),
        (None, -BELONGS_DAYS - 1, False),
        (-BELONGS_DAYS - 1, 0, False),
        (0, -BELONGS_DAYS - 1, False),
    ],
)
def test_who_left_an_organisation_within_a_year_is_still_one_of_its_people(
    session, last, taken_back, belongs
) -> None:
    user, enterprise = make_user(session), make_enterprise(session)
    given(
        session,
        user,
        role=Role.ENTERPRISE,
        area_code=None,
        organisation_id=enterprise.id,
        valid_from=today() - 3 * BELONGS_DAYS * DAY,
        valid_to=None if last is None else today() + last * DAY,
        revoked_at=None if taken_back is None else noon(taken_back),
    )
    assert load_actor(session, user, today()).belongs_to == ({enterprise.id} if belongs else frozenset())


def opened(session: Session, user: User, minutes: int, closed: bool = False) -> datetime:
    """A supervisor's lists, open until so many minutes from now."""
    until = utc_now().replace(microsecond=0) + timedelta(minutes=minutes)
    closed_at = utc_now() if closed else None
    session.add(PersonOpening(user_id=user.id, purpose="inspection:抽查", ends_at=until, closed_at=closed_at))
    session.commit()
    return until


def test_lists_of_persons_are_open_until_the_stated_hour_ends_and_to_nobody_else(session: Session) -> None:
    def supervisor() -> User:
        return make_user(session, Role.PREFECTURE, area_code=LIANGSHAN, opens=False)

    before, me, after = supervisor(), supervisor(), supervisor()
    opened(session, me, 30)
    until = opened(session, me, 60)
    at = {one: load_actor(session, one, today(), utc_now()) for one in (before, me, after)}
    assert at[me].opened_until == until
    assert [at[one].opened_until for one in (before, after)] == [None, None]
    assert [at[one].can(P.WORKER_READ) for one in (before, me, after)] == [False, True, False]
    last = until - timedelta(seconds=1)
    assert load_actor(session, me, today(), last).opened_until == until
    assert load_actor(session, me, today(), until).opened_until is None
    assert load_actor(session, me, today()).opened_until is None  # nobody asked at which moment
    for other in (before, after):
        opened(session, other, 60, closed=True)
        assert load_actor(session, other, today(), utc_now()).opened_until is None
        assert load_actor(session, other, today(), utc_now()).may_open(P.WORKER_READ)


def test_nobody_but_who_states_a_purpose_is_opened_anything(session: Session) -> None:
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    opened(session, clerk, 60)
    actor = load_actor(session, clerk, today(), utc_now())
    assert actor.opened_until is None
    assert actor.can(P.WORKER_READ)


@pytest.mark.parametrize("role", Role)
def test_a_right_allows_what_its_role_does_less_persons_less_what_a_token_was_not_made_for(role) -> None:
    whole = ROLE_PERMISSIONS[role]
    closed = whole - OF_PERSONS if P.PERSON_OPEN in whole else whole
    only = frozenset({P.WORKER_READ, P.ORDER_READ, P.PORTAL})
    assert Right(role).permissions == closed
    assert Right(role, opened_until=utc_now()).permissions == whole
    assert Right(role, only=only).permissions == closed & only
    assert Right(role, only=frozenset()).permissions == frozenset()
    actor = Actor(1, "甲", (Right(role),))
    for permission in Permission:
        assert actor.can(permission) is (permission in closed)
        assert actor.may_open(permission) is (permission in whole and permission not in closed)
        assert actor.rights_for(permission) == (actor.rights if permission in closed else ())
    assert actor.rights_for(None) == actor.rights


def test_rights_are_plain_values_that_nothing_changes() -> None:
    for value, field in ((Right(Role.COUNTY), "role"), (Actor(1, "甲"), "rights")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field, Role.ADMIN)


def test_places_are_told_by_role_or_all_together() -> None:
    rights = (
        Right(Role.COUNTY, ZHAOJUE, "county"),
        Right(Role.CITY, FOSHAN, "prefecture"),
        Right(Role.ENTERPRISE, organisation_id=7),
        Right(Role.SCHOOL, organisation_id=8),
        Right(Role.WORKER, worker_id=9),
    )
    actor = Actor(1, "甲", rights)
    assert actor.areas() == (ZHAOJUE, FOSHAN)
    assert actor.areas(Role.CITY) == (FOSHAN,)
    assert actor.areas(Role.CITY, Role.COUNTY) == (ZHAOJUE, FOSHAN)
    assert actor.areas(Role.ENTERPRISE) == ()
    assert actor.organisations() == (7, 8)
    assert actor.organisations(Role.SCHOOL) == (8,)
    assert actor.organisations(Role.COUNTY) == ()
    assert actor.worker_id == 9
    assert Actor(2, "乙", rights[:4]).worker_id is None
    assert actor.has_role(Role.CITY, Role.ADMIN)
    assert not actor.has_role(Role.ADMIN, Role.TOWNSHIP)


def test_a_worker_number_belongs_to_a_workers_right_only(session: Session) -> None:
    worker = make_worker(session)
    user = make_user(session, Role.WORKER, worker_id=worker.id)
    given(session, user, role=Role.TOWNSHIP, valid_from=today())
    rights = load_actor(session, user, today()).rights
    assert [(right.role, right.worker_id) for right in rights] == [
        (Role.WORKER, worker.id),
        (Role.TOWNSHIP, None),
    ]


def codes(session: Session, right: Right) -> set[str]:
    """The areas that a right opens, if an area were a row of itself."""
    return set(session.scalars(select(Area.code).where(by_area("code")(Area, right))))


def test_an_area_opens_itself_and_what_lies_within_it_and_nothing_beside_it(session: Session) -> None:
    rows = session.execute(select(Area.code, Area.prefecture_code)).all()
    assert codes(session, Right(Role.COUNTY, ZHAOJUE, "county")) == {ZHAOJUE}
    inside = {code for code, prefecture in rows if prefecture == LIANGSHAN} | {LIANGSHAN}
    assert {ZHAOJUE, BUTUO} < inside
    assert codes(session, Right(Role.PREFECTURE, LIANGSHAN, "prefecture")) == inside
    province = {code for code, _ in rows if code.startswith("51")}
    assert inside < province
    assert codes(session, Right(Role.PROVINCE, SICHUAN, "province")) == province
    for nowhere in (Right(Role.COUNTY), Right(Role.COUNTY, "", "province")):
        assert codes(session, nowhere) == set()


def test_all_within_a_prefecture_begin_with_its_first_four_digits(session: Session) -> None:
    rows = session.execute(select(Area.code, Area.prefecture_code).where(Area.prefecture_code != "")).all()
    assert len(rows) > 1000
    assert all(code[:4] == prefecture[:4] for code, prefecture in rows if prefecture)
    for area in ("440600", "513400"):
        ranged = set(session.scalars(select(Area.code).where(begins_with(Area.code, area[:4]))))
        assert codes(session, Right(Role.CITY, area, "prefecture")) == ranged


def test_an_organisations_and_a_persons_right_open_their_own_rows_only(session: Session) -> None:
    firms = [make_enterprise(session) for _ in range(3)]
    people = [make_worker(session) for _ in range(3)]
    users = [
        make_user(session, Role.ENTERPRISE, organisation_id=firm.id, worker_id=worker.id)
        for firm, worker in zip(firms, people, strict=True)
    ]

    def of_firm(number: int | None) -> list[int]:
        rule = by_organisation("organisation_id")(Grant, Right(Role.ENTERPRISE, organisation_id=number))
        return list(session.scalars(select(Grant.user_id).where(rule)))

    def of_person(number: int | None) -> list[int]:
        rule = by_person("worker_id")(User, Right(Role.WORKER, worker_id=number))
        return list(session.scalars(select(User.id).where(rule)))

    assert of_firm(firms[1].id) == [users[1].id]
    assert of_firm(None) == []
    assert of_person(people[1].id) == [users[1].id]
    assert of_person(None) == []


def test_the_gate_opens_what_a_right_with_the_permission_opens_and_shuts_otherwise(session: Session) -> None:
    here, there = make_worker(session), make_worker(session, county_code=BUTUO)

    def seen(permission: Permission | None, *rights: Right) -> set[int]:
        actor = Actor(1, "甲", rights)
        return set(session.scalars(select(Worker.id).where(scope_of(actor, Worker, permission))))

    county, other = Right(Role.COUNTY, ZHAOJUE, "county"), Right(Role.COUNTY, BUTUO, "county")
    assert seen(P.WORKER_READ, county) == {here.id}
    assert seen(P.WORKER_READ, county, other) == {here.id, there.id}
    assert seen(None, county) == {here.id}
    assert seen(P.USER_ADMIN, county) == set()
    assert seen(P.WORKER_READ) == set()
    assert seen(None, Right(Role.ADMIN)) == set()  # no scope names the role
    assert set(session.scalars(select(Grant.id).where(scope_of(Actor(1, "甲", (county,)), Grant)))) == set()


def test_offices_see_their_own_area_and_a_province_everything() -> None:
    right = Right(Role.PROVINCE, "440000", "province")
    assert COUNTY_OFFICES[Role.PROVINCE] is everything
    assert str(everything(Worker, right)) == "true"
    assert set(OFFICES_OF_BOTH) - set(COUNTY_OFFICES) == {Role.CITY}


def test_a_role_is_opened_rows_of_a_model_once() -> None:
    class Thing:
        __scope__: dict[Role, object] = {}

    register_scope(Thing, Role.CITY, everything)
    assert Thing.__scope__ == {Role.CITY: everything}
    with pytest.raises(ValueError, match="Thing has a scope for city"):
        register_scope(Thing, Role.CITY, everything)


def test_what_waits_is_counted_within_the_scope_and_the_first_in_line_stands_first(session: Session) -> None:
    actor = Actor(1, "甲", (Right(Role.COUNTY, ZHAOJUE, "county"),))
    assert count_and_first(session, actor, Worker, P.WORKER_READ) == (0, None)
    first, _ = make_worker(session), make_worker(session, county_code=BUTUO)
    make_worker(session, name="末")
    count, row = count_and_first(session, actor, Worker, P.WORKER_READ)
    assert (count, row) == (2, first)
    assert count_and_first(session, actor, Worker, P.WORKER_READ, Worker.name == "末")[0] == 1
    assert count_and_first(session, actor, Worker, P.USER_ADMIN) == (0, None)


def test_what_every_request_asks_for_is_found_by_an_index(session: Session) -> None:
    for model in (Grant, PersonOpening):
        kept = inspect(session.get_bind()).get_indexes(model.__tablename__)
        found = {tuple(index["column_names"]) for index in kept}
        declared = {tuple(column.name for column in index.columns) for index in model.__table__.indexes}
        assert ("user_id",) in declared
        assert declared <= found
    assert ("organisation_id",) in {tuple(c.name for c in i.columns) for i in Grant.__table__.indexes}
