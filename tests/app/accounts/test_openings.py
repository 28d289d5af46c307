"""Supervisors look at figures; persons they open for a stated purpose, for an hour, in the audit."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import openings
from app.kit.api.routes import is_program_s
from app.kit.web.guards import NO_DATABASE, policy_of
from models.access import ROLE_PERMISSIONS, Permission, PersonOpening, Role, load_actor
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.permissions import OF_PERSONS
from models.placement.placement import PlacementState
from models.training.enrolment import ENROLMENT_STATE_LABELS, EnrolmentState
from tests.app.test_matrix import WORDS, address, scoped_rules
from tests.factories.codes import SHEET, text_of
from tests.factories.people import make_order, make_placement, make_user, make_worker
from tests.factories.training import make_class, make_enrolment
from tests.factories.world import NO_SUCH, World
from tests.whole import is_whole, share

SignIn = Callable[..., FlaskClient]
PLACES = {Role.PREFECTURE: "513400", Role.PROVINCE: "440000", Role.AUDITOR: "513400"}
ROLES = list(PLACES)


def supervisor(session: Session, role: Role) -> object:
    return make_user(session, role, area_code=PLACES[role], opens=False)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_a_supervisor_names_anybody_before_a_purpose_is_stated(
    session: Session, world: World, sign_in: SignIn, role: Role
) -> None:
    """From the first page on, every kind of link, files too."""
    client, waiting, done, named = sign_in(supervisor(session, role)), ["/"], set(), []
    kinds: set[str] = set()
    texts = [text for tenant in world.tenants.values() for text in tenant.canaries + tenant.learners]
    while waiting and len(done) < 60:
        path = waiting.pop(0)
        if path in done or (kind := re.sub(r"\d+", "1", path)) in kinds:
            continue
        done.add(path)
        kinds.add(kind)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        body = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        named += [(path, text) for text in texts if text in body]
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', body)]
        waiting += [one for one in links if not one.startswith(("/static", "/bootstrap"))]
    assert named == []
    assert len(done) > 15


@pytest.mark.parametrize("role", ROLES)
def test_no_address_names_anybody_to_a_supervisor_who_has_stated_no_purpose(
    app: Flask, session: Session, world: World, sign_in: SignIn, role: Role
) -> None:
    """Every page and file of the url map, with the rows of the first tenant; not only what links lead to.

    The suite shares the addresses out among the three, who read the same; ``make test-whole`` sends each of
    them everywhere.
    """
    client, named, opened = sign_in(supervisor(session, role)), [], set()
    one = world.tenants["one"]
    texts = {*one.canaries, *one.learners, "同事513431"}
    plain = [rule for rule in app.url_map.iter_rules() if not rule.arguments - set(WORDS)]
    rows = [
        (rule, address(rule, world, name, one.ids.get(kind, NO_SUCH)))
        for rule, name, kind in scoped_rules(app)
    ]
    readable = [
        (rule, path)
        for rule, path in [*rows, *((rule, address(rule, world, "", 0)) for rule in plain)]
        if "GET" in rule.methods and rule.endpoint not in NO_DATABASE
    ]
    for rule, path in readable if is_whole() else readable[ROLES.index(role) :: len(ROLES)]:
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200:
            opened.add(rule.endpoint)
            body = text_of(answer) + ("" if answer.mimetype == SHEET else answer.get_data(as_text=True))
            named += [(path, text) for text in texts if text in body]
    assert named == []
    assert len(opened) > share(13, 40)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_about_persons_asks_what_for(
    app: Flask, session: Session, sign_in: SignIn, role: Role
) -> None:
    client, asked = sign_in(supervisor(session, role)), 0
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        is_list = not rule.arguments and "GET" in rule.methods and not is_program_s(rule.rule)
        if not is_list or policy not in OF_PERSONS & ROLE_PERMISSIONS[role]:
            continue
        answer = client.get(rule.rule)
        assert (answer.status_code, "/people-opening?next=" in answer.headers.get("Location", "")) == (
            302,
            True,
        )
        asked += 1
    assert asked > 10


@pytest.mark.parametrize("role", ROLES)
def test_a_stated_purpose_opens_for_an_hour_and_stands_in_the_audit(
    session: Session, sign_in: SignIn, role: Role
) -> None:
    worker, user = make_worker(session, name="沙马有名"), supervisor(session, role)
    client = sign_in(user)
    asked = client.get("/workers?q=沙马").headers["Location"]
    assert "请选用途" in client.post(asked, data={"purpose": "", "purpose_word": ""}).text
    opened = client.post(asked, data={"purpose": "inspection", "purpose_word": "核实举报"})
    assert opened.headers["Location"].startswith("/workers?q=")
    page = client.get("/workers").text
    assert worker.name in page
    assert "自动关上" in page
    noted = session.scalars(select(AuditEvent).where(AuditEvent.tag == "person:open")).one()
    assert noted.details == {"purpose": "inspection:核实举报"}
    later = utc_now() + openings.OPEN_FOR + timedelta(seconds=1)
    assert not load_actor(session, user, today(), later).can(Permission.WORKER_READ)
    assert client.post("/people-opening/close").status_code == 303
    assert client.get("/workers").status_code == 302


def test_an_opening_gives_nothing_but_what_the_role_has(session: Session, sign_in: SignIn) -> None:
    """Nor does one of a role that opens nothing."""
    clerk = make_user(session, Role.CITY, area_code="440600")
    session.add(
        PersonOpening(user_id=clerk.id, purpose="inspection:", ends_at=utc_now() + timedelta(hours=1))
    )
    session.commit()
    actor = load_actor(session, clerk, today(), utc_now())
    assert {one for one in Permission if actor.can(one)} == ROLE_PERMISSIONS[Role.CITY]
    assert sign_in(clerk).get("/people-opening").status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_figures_are_counted_though_the_lists_are_closed(
    session: Session, sign_in: SignIn, role: Role
) -> None:
    order = make_order(session, headcount=40)
    for _n in range(24):
        make_placement(session, order, make_worker(session), state=PlacementState.ON_SITE)
    assert "24 人现在在岗" in sign_in(supervisor(session, role)).get("/").text


@pytest.mark.parametrize("role", ROLES)
def test_what_became_of_one_class_is_told_to_a_supervisor_for_a_purpose_only(
    session: Session, sign_in: SignIn, role: Role
) -> None:
    """The table of the schools hides few; the classes, one click away, are few and add up to it."""
    group, client = make_class(session), sign_in(supervisor(session, role))
    make_enrolment(session, group, state=EnrolmentState.FAILED)
    told = f"{ENROLMENT_STATE_LABELS[EnrolmentState.FAILED]} 1"
    for path in (f"/training/classes/{group.id}/results", f"/training/classes/{group.id}"):
        answer = client.get(path)
        if answer.status_code != 200:
            assert answer.headers["Location"].startswith("/people-opening?next=/training/classes/")
        assert "结业" not in answer.text
        assert told not in answer.text
    client.post("/people-opening", data={"purpose": "inspection", "purpose_word": "核实举报"})
    assert told in client.get(f"/training/classes/{group.id}").text
    assert client.get(f"/training/classes/{group.id}/results").status_code == 200
    owner = make_user(session, Role.ENTERPRISE, organisation_id=group.enterprise_id)
    assert sign_in(owner).get(f"/training/classes/{group.id}/results").status_code == 200
