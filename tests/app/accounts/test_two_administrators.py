"""Threat 17: one administrator is not two persons, whatever chain of accounts he makes himself."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import operations, oversight, requests
from app.accounts.jobs import expire_account_requests
from app.accounts.operations import password_matches
from models.access import Grant, Role
from models.account_request import AccountRequest, RequestState
from models.audit import AuditEvent, record
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.i18n import Refusal
from models.jobs.order import ORDER_WORKFLOW, OrderState
from models.second_person import not_by
from models.two_person_acts import RULE_RELEASED
from models.user import User
from models.watched_act import WatchedAct, WatchedKind
from models.workflow import TransitionRefused
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_enterprise, make_order, make_user
from tests.factories.training import make_school

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def one(session: Session) -> User:
    return make_user(session, Role.ADMIN)


@pytest.fixture
def two(session: Session) -> User:
    return make_user(session, Role.ADMIN)


def form(role: Role = Role.ADMIN, **values: str) -> dict[str, str]:
    return {"role": role.value, "valid_from": today().isoformat(), "reason": "任命"} | values


def made_by(client: FlaskClient, session: Session, name: str) -> User:
    """An account that ``client`` makes on the page."""
    assert client.post("/admin/users", data={"username": name, "name": name}).status_code == 200
    person = session.scalars(select(User).where(User.username == name)).one()
    person.must_change_password = False
    session.commit()
    return person


def request_of(session: Session) -> AccountRequest:
    session.expire_all()
    return session.scalars(select(AccountRequest).order_by(AccountRequest.id.desc()).limit(1)).one()


def roles_of(session: Session, user: User) -> list[Role]:
    session.expire_all()
    return list(session.scalars(select(Grant.role).where(Grant.user_id == user.id).order_by(Grant.id)))


def decide(client: FlaskClient, row: AccountRequest, event: str = "confirm", reason: str = "") -> int:
    return client.post(f"/admin/requests/{row.id}", data={"event": event, "reason": reason}).status_code


def test_an_account_that_opens_many_numbers_in_a_day_alarms_administrators(
    app: Flask, session: Session, sign_in: SignIn, one: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A puppet account, too; until another has looked. As many on two days alarm nobody."""
    monkeypatch.setitem(app.config, "NUMBERS_ALARM_A_DAY", 3)
    puppet, slow = make_user(session, area_code=ZHAOJUE), make_user(session, area_code=ZHAOJUE)
    for user, numbers in ((puppet, 3), (slow, 3)):
        for number in range(numbers):
            record(session, actor_of(session, user), EventTag.WORKER_REVEAL, f"worker:{number}", purpose="x")
    session.commit()
    first = session.scalars(select(WatchedAct).where(WatchedAct.doer_id == slow.id).limit(1)).one()
    first.created_at -= timedelta(days=1)
    session.commit()
    told = "个账号一天打开了 3 个人以上的号码"
    assert re.search(rf"1\D*{told}", sign_in(one).get("/").text)
    assert oversight.many_in_a_day(session, actor_of(session, one), today(), 3) == [puppet.name]
    last = max(session.scalars(select(WatchedAct.event_id)))
    oversight.look_at_opened(session, actor_of(session, one), puppet.id, last, utc_now())
    session.commit()
    assert oversight.many_in_a_day(session, actor_of(session, one), today(), 3) == []


def test_an_administrator_does_not_make_a_second_one_of_himself(
    session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    mine = sign_in(one)
    puppet = made_by(mine, session, "puppet")
    assert mine.post(f"/admin/users/{puppet.id}", data=form()).status_code == 303
    assert roles_of(session, puppet) == []
    assert sign_in(puppet).get("/admin/users").status_code == 403
    row = request_of(session)
    assert decide(mine, row) == 409
    assert sign_in(two).get("/admin/oversight").text.count(puppet.name) >= 1
    assert decide(sign_in(two), row) == 303
    assert (roles_of(session, puppet), row.state) == ([Role.ADMIN], RequestState.CONFIRMED)
    grant = session.scalars(select(Grant).where(Grant.user_id == puppet.id)).one()
    assert grant.granted_by_id == one.id
    # He was made an administrator today: what he grants, and what he would agree to, waits.
    clerk = make_user(session)
    assert (
        sign_in(puppet)
        .post(f"/admin/users/{clerk.id}", data=form(Role.COUNTY, area_code=ZHAOJUE))
        .status_code
        == 303
    )
    assert roles_of(session, clerk) == []
    assert (
        "不到一周"
        in sign_in(puppet)
        .post(f"/admin/requests/{_ask(session, two, clerk).id}", data={"event": "confirm"})
        .text
    )


def _ask(session: Session, asker: User, user: User) -> AccountRequest:
    wanted = requests.Wanted(Role.ADMIN, today(), reason="任命")
    row = requests.give_or_ask(session, actor_of(session, asker), user, wanted, utc_now())
    session.commit()
    assert row is not None
    return row


def test_administration_is_given_by_no_other_door(session: Session, one: User) -> None:
    with pytest.raises(Refusal, match="另一位管理员"):
        operations.give(session, actor_of(session, one), make_user(session), Role.ADMIN, valid_from=today())


@pytest.mark.parametrize(
    "tie", ["made the asker", "made by the asker", "made the account", "same hand", "chain"]
)
def test_who_has_a_hand_in_either_account_does_not_agree(
    session: Session, sign_in: SignIn, one: User, two: User, tie: str
) -> None:
    hand, person = make_user(session, Role.ADMIN), make_user(session)
    made = {
        "made the asker": [(two, one)],
        "made by the asker": [(one, two)],
        "made the account": [(two, person)],
        "same hand": [(hand, one), (hand, two)],
        "chain": [(one, hand), (hand, two)],
    }[tie]
    for maker, account in made:
        tag = EventTag.USER_CREATE if "made" in tie else EventTag.GRANT_GIVE
        record(session, actor_of(session, maker), tag, f"user:{account.id}")
    session.commit()
    # Somebody looked at them: for the account itself that does not count within the week, or for its maker.
    session.execute(update(WatchedAct).values(looked_at=utc_now()))
    session.commit()
    row = _ask(session, one, person)
    assert decide(sign_in(two), row) == 409
    assert decide(sign_in(make_user(session, Role.ADMIN)), row) == 303


def test_a_request_is_refused_with_a_reason_withdrawn_by_its_asker_and_lapses(
    session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    row = _ask(session, one, make_user(session))
    assert decide(sign_in(two), row, "refuse") == 409
    assert decide(sign_in(two), row, "withdraw") == 409
    assert decide(sign_in(two), row, "refuse", "没有任命文件") == 303
    assert (request_of(session).state, request_of(session).decision) == (RequestState.REFUSED, "没有任命文件")
    late = _ask(session, one, make_user(session))
    with pytest.raises(Refusal, match="已经有一份"):
        _ask(session, one, late.user)
    late.due_on = today() - timedelta(days=1)
    session.commit()
    assert decide(sign_in(two), late) == 409
    assert expire_account_requests(session, today()) == 1
    assert request_of(session).state is RequestState.EXPIRED
    assert decide(sign_in(one), _ask(session, one, late.user), "withdraw") == 303


def test_an_administrators_new_password_is_in_no_single_hand(
    session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    target = make_user(session, Role.ADMIN)
    before = target.password_hash
    answer = sign_in(one).post(f"/admin/users/{target.id}/password", data={"reason": "忘了"})
    assert answer.mimetype == "text/html"
    page = answer.text
    session.expire_all()
    assert target.password_hash == before
    page_two = sign_in(two).post(f"/admin/requests/{request_of(session).id}", data={"event": "confirm"}).text
    halves = [re.search(r"<code[^>]*>(\w{8})</code>", one_page)[1] for one_page in (page, page_two)]  # type: ignore[index]
    session.expire_all()
    assert [password_matches(target.password_hash, half) for half in halves] == [False, False]
    assert password_matches(target.password_hash, "".join(halves))
    assert request_of(session).half is None
    assert not any(half in event for half in halves for event in session.scalars(select(AuditEvent.payload)))


def test_a_lost_telephone_and_a_closed_administrator_take_two(
    session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    target, clerk = make_user(session, Role.ADMIN), make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    target.is_active, clerk.totp_secret = False, "JBSWY3DPEHPK3PXP"
    session.commit()
    mine = sign_in(one)
    assert mine.post(f"/admin/users/{target.id}/active", data={"active": "1"}).status_code == 303
    reopen = request_of(session)
    assert mine.post(f"/admin/users/{clerk.id}/second-factor").status_code == 303
    session.expire_all()
    assert (target.is_active, clerk.totp_secret) == (False, "JBSWY3DPEHPK3PXP")
    other = sign_in(two)
    assert [decide(other, reopen), decide(other, request_of(session))] == [303, 303]
    session.expire_all()
    assert (target.is_active, clerk.totp_secret) == (True, None)


def test_two_accounts_of_one_maker_are_one_person_until_another_looked(
    session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    mine, places = sign_in(one), {"area_code": FOSHAN}
    first, second = (made_by(mine, session, name) for name in ("first", "second"))
    for person in (first, second):
        assert mine.post(f"/admin/users/{person.id}", data=form(Role.CITY, **places)).status_code == 303
    order = make_order(session, state=OrderState.SUBMITTED, created_by_id=first.id)
    with pytest.raises(TransitionRefused, match="现在算一个人办的"):
        ORDER_WORKFLOW.advance(session, order, "approve", actor_of(session, second))
    assert not_by(session, actor_of(session, one), {second.id}, RULE_RELEASED.said)
    acts = [str(act.id) for act, _event in oversight.account_acts(session, actor_of(session, two))]
    assert len(acts) == 4
    assert mine.post("/admin/oversight/look", data={"acts": acts}).status_code == 409
    assert ">4</a></b>" in sign_in(two).get("/").text
    assert sign_in(two).post("/admin/oversight/look", data={"acts": acts}).status_code == 303
    session.expire_all()
    ORDER_WORKFLOW.advance(session, order, "approve", actor_of(session, second))


def test_who_opened_numbers_is_told_to_administrators_until_one_looked(
    session: Session, sign_in: SignIn, one: User
) -> None:
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    for _ in range(3):
        record(session, actor_of(session, clerk), EventTag.WORKER_REVEAL, "worker:1", purpose="核对")
    session.commit()
    client = sign_in(one)
    assert "次打开或导出号码等你看过" in client.get("/").text
    page = client.get("/admin/oversight").text
    newest = re.search(r'name="newest" value="(\d+)"', page)[1]  # type: ignore[index]
    record(session, actor_of(session, clerk), EventTag.WORKER_REVEAL, "worker:2", purpose="核对")
    session.commit()
    assert client.post(f"/admin/oversight/opened/{clerk.id}", data={"newest": newest}).status_code == 303
    assert oversight.waiting_count(session, actor_of(session, one), WatchedKind.REVEAL) == 1


def test_a_grant_that_puts_both_sides_into_one_hand_is_warned_of_before(
    session: Session, sign_in: SignIn, one: User
) -> None:
    school = make_school(session)
    person, client = make_user(session, Role.SCHOOL, organisation_id=school.id), sign_in(one)
    page = client.post(f"/admin/users/{person.id}", data=form(Role.COUNTY, area_code=ZHAOJUE)).text
    assert "一律不能审核" in page
    assert school.name in page
    assert roles_of(session, person) == [Role.SCHOOL]
    aware = form(Role.COUNTY, area_code=ZHAOJUE, aware="y")
    assert client.post(f"/admin/users/{person.id}", data=aware).status_code == 303
    assert roles_of(session, person) == [Role.SCHOOL, Role.COUNTY]
    officer, plant = make_user(session, Role.CITY, area_code=FOSHAN), make_enterprise(session)
    typed = form(Role.ENTERPRISE, credit=plant.credit_code)
    assert "一律不能审核" in client.post(f"/admin/users/{officer.id}", data=typed).text


def test_a_single_administrator_takes_the_command_line_and_it_is_audited(
    app: Flask, session: Session, sign_in: SignIn, one: User
) -> None:
    mine, run = sign_in(one), app.test_cli_runner()
    puppet = made_by(mine, session, "only")
    mine.post(f"/admin/users/{puppet.id}", data=form())
    assert "flask decide-request" in mine.get("/admin/oversight").text
    row = request_of(session)
    assert run.invoke(args=["decide-request", str(row.id)]).exit_code == 2  # nobody is named
    told = run.invoke(args=["account-requests"])
    assert json.loads(told.output.splitlines()[-1])["requests"][0]["number"] == row.id
    assert run.invoke(args=["decide-request", str(row.id), "--who", "李主任"]).exit_code == 0
    assert roles_of(session, puppet) == [Role.ADMIN]
    seen = json.loads(run.invoke(args=["look-at-acts", "--who", "李主任", "--tick"]).output.splitlines()[-1])
    assert seen["ticked"] == 1
    assert run.invoke(args=["reset-account", "only", "--who", "李主任"]).exit_code == 0
    session.expire_all()
    by = session.execute(select(AuditEvent.tag, AuditEvent.actor_name).where(AuditEvent.actor_id.is_(None)))
    told_by = dict(by.all())
    for tag in (EventTag.REQUEST_ADVANCE, EventTag.GRANT_GIVE, EventTag.ACT_LOOK, EventTag.USER_RESET):
        assert told_by[tag.value].startswith("李主任（")


def test_who_was_an_administrator_yesterday_is_re_keyed_by_two(
    session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    target = make_user(session, Role.ADMIN)
    before, grant, mine = target.password_hash, grant_of(session, target), sign_in(one)
    assert (
        mine.post(f"/admin/users/{target.id}/revoke/{grant.id}", data={"reason": "调岗"}).status_code == 303
    )
    assert "申请已经提交" in mine.post(f"/admin/users/{target.id}/password", follow_redirects=True).text
    mine.post(f"/admin/users/{target.id}/active", data={"active": "0"})
    mine.post(f"/admin/users/{target.id}/active", data={"active": "1"})
    session.expire_all()
    assert (target.password_hash, target.is_active) == (before, False)
    clerk = make_user(session, Role.ADMIN)
    grant_of(session, clerk).valid_to = today() - timedelta(days=400)
    session.commit()
    mine.post(f"/admin/users/{clerk.id}/password")
    session.expire_all()
    assert clerk.password_hash != before


def test_one_administrator_does_not_shut_the_last_other_one_out(
    app: Flask, session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    mine, grant = sign_in(one), grant_of(session, two)
    lapsed = make_user(session, Role.ADMIN)
    grant_of(session, lapsed).valid_to = today() - timedelta(days=1)
    session.commit()
    ways = {f"/admin/users/{two.id}/revoke/{grant.id}": {}, f"/admin/users/{two.id}/active": {"active": "0"}}
    for address, data in ways.items():
        assert mine.post(address, data=data).status_code == 409
    session.expire_all()
    assert (two.is_active, grant_of(session, two).revoked_at) == (True, None)
    assert mine.post(f"/admin/users/{lapsed.id}/active", data={"active": "0"}).status_code == 303
    closed = app.test_cli_runner().invoke(args=["close-account", two.username, "--who", "李主任"])
    assert closed.exit_code == 0
    session.expire_all()
    assert not two.is_active
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert "李主任" in event.actor_name


def test_a_puppet_is_no_other_administrator_who_stays(
    session: Session, sign_in: SignIn, one: User, two: User
) -> None:
    mine = sign_in(one)
    puppet = made_by(mine, session, "puppet")
    # The other one agreed without having looked at who made the account.
    session.add(Grant(user_id=puppet.id, role=Role.ADMIN, valid_from=today(), granted_by_id=two.id))
    session.commit()
    assert mine.post(f"/admin/users/{two.id}/active", data={"active": "0"}).status_code == 409
    assert mine.post(f"/admin/users/{puppet.id}/active", data={"active": "0"}).status_code == 303


def grant_of(session: Session, user: User) -> Grant:
    return session.scalars(select(Grant).where(Grant.user_id == user.id)).one()
