"""People asked in rounds: one clerk a person, only what nobody answered, telephones by right and purpose."""

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.asking import operations, queries
from models.access import Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.people.calling import AskingBatch, Round, call_of
from models.people.worker import Worker
from models.user import User
from models.workflow import TransitionRefused
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker

SignIn = Callable[..., FlaskClient]
PURPOSE = {"purpose": "service", "purpose_word": "问意愿"}


@pytest.fixture
def clerk(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


def blank(session: Session, **values: object) -> Worker:
    """A person of whom nothing was asked yet."""
    open_fields = {
        "willing": None,
        "wishes": [],
        "skills": [],
        "night_shift": None,
        "wage_floor_yuan": None,
        "mandarin": None,
    }
    return make_worker(session, **(open_fields | values))


def revealed(session: Session) -> list[str]:
    events = session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.WORKER_REVEAL))
    return [event.subject for event in events]


def test_two_clerks_never_ring_one_person(session: Session, clerk: User) -> None:
    people = [blank(session) for _n in range(2)]
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    mine, theirs = (
        operations.take_next(session, actor_of(session, user), "问", today(), utc_now())
        for user in (clerk, colleague)
    )
    assert mine is not None
    assert theirs is not None
    assert {mine.worker_id, theirs.worker_id} == {worker.id for worker in people}
    assert operations.take(session, actor_of(session, colleague), mine.worker, "问", utc_now()) is None
    later = utc_now() + timedelta(minutes=21)
    assert operations.take(session, actor_of(session, colleague), mine.worker, "问", later) is not None


def test_one_person_a_page_and_the_next_comes_by_itself(
    session: Session, clerk: User, sign_in: SignIn
) -> None:
    first, second = blank(session), blank(session)
    client = sign_in(clerk)
    assert first.name in client.get("/workers/asking").text
    begun = client.post("/workers/asking/next", data=PURPOSE)
    assert begun.location.endswith(f"/workers/asking/{first.id}")
    page = client.get(begun.location).text
    assert first.phone in page
    assert "愿不愿意外出务工" in page
    assert revealed(session) == [f"worker:{first.id}"]
    said = {
        "willing": "1",
        "night_shift": "0",
        "wage_floor_yuan": "4500",
        "wishes_own": "缝纫工",
        "skills": "nothing",
    }
    answered = client.post(begun.location, data=said)
    assert answered.location.endswith(f"/workers/asking/{second.id}")
    session.expire_all()
    assert (first.willing, first.night_shift, first.wage_floor_yuan) == (True, False, 4500)
    assert (first.wishes, first.skills, first.mandarin) == (["缝纫工"], [], None)
    assert first.id not in {worker.id for worker, _call in waiting(session, clerk)}


def waiting(session: Session, user: User, hours: int = 0) -> list[tuple[Worker, object]]:
    now = utc_now() + timedelta(hours=hours)
    return list(queries.waiting(session, actor_of(session, user), today(), now))


def test_an_answer_is_never_overwritten(session: Session, clerk: User) -> None:
    person, actor = blank(session), actor_of(session, clerk)
    operations.take(session, actor, person, "问", utc_now())
    person.night_shift = True
    session.commit()
    done = operations.answer(session, actor, person, {"night_shift": False, "willing": True}, [], utc_now())
    assert (done.filled, done.kept) == (["willing"], ["night_shift"])
    assert person.night_shift is True


def test_who_did_not_answer_comes_again_later_behind_the_others(session: Session, clerk: User) -> None:
    silent, other = blank(session), blank(session)
    actor = actor_of(session, clerk)
    operations.take(session, actor, silent, "问", utc_now())
    call = operations.miss(session, actor, silent, utc_now())
    session.commit()
    assert call.tries == 1
    assert [worker.id for worker, _call in waiting(session, clerk)] == [other.id]
    assert [worker.id for worker, _call in waiting(session, clerk, hours=3)] == [other.id, silent.id]
    assert [worker.id for worker, _ in queries.later(session, actor, today(), utc_now())] == [silent.id]


def test_only_who_holds_the_place_writes_answers_down(session: Session, clerk: User) -> None:
    person, colleague = blank(session), make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    operations.take(session, actor_of(session, clerk), person, "问", utc_now())
    with pytest.raises(TransitionRefused):
        operations.answer(session, actor_of(session, colleague), person, {"willing": True}, [], utc_now())


def test_a_call_that_took_longer_than_its_lease_still_counts(session: Session, clerk: User) -> None:
    person, actor = blank(session), actor_of(session, clerk)
    operations.take(session, actor, person, "问", utc_now() - timedelta(minutes=40))
    operations.answer(session, actor, person, {"willing": True}, [], utc_now())
    assert person.willing is True


def test_a_township_asks_without_seeing_whole_numbers(session: Session, sign_in: SignIn) -> None:
    person = blank(session, township_code="513431100")
    client = sign_in(make_user(session, Role.TOWNSHIP, area_code="513431100"))
    page = client.post("/workers/asking/next", data=PURPOSE, follow_redirects=True).text
    assert person.name in page
    assert person.phone not in page
    assert revealed(session) == []


def test_the_round_goes_out_and_comes_back_as_a_sheet(session: Session, clerk: User, sign_in: SignIn) -> None:
    asked, known = blank(session), blank(session, night_shift=True)
    client = sign_in(clerk)
    book = openpyxl.load_workbook(io.BytesIO(client.post("/workers/asking/sheet", data=PURPOSE).data))
    sheet = book.active
    head = {cell.value: cell.column for cell in sheet[1]}
    row = {int(sheet.cell(n, head["编号"]).value): n for n in (2, 3)}
    assert asked.phone in {sheet.cell(n, head["电话清单"]).value for n in (2, 3)}
    assert len(revealed(session)) == 2
    for person, night in ((asked, "不行"), (known, "否")):
        sheet.cell(row[person.id], head["可否夜班"]).value = night
        sheet.cell(row[person.id], head["技能"]).value = "没有"
    target = io.BytesIO()
    book.save(target)
    sent = client.post("/workers/asking/upload", data={"file": (io.BytesIO(target.getvalue()), "问卷.xlsx")})
    assert sent.status_code == 303, sent.text
    batch = session.scalars(select(AskingBatch)).one()
    assert "已经有回答" in client.get(sent.location).text
    assert client.post(f"/workers/asking/sheets/{batch.id}/confirm").status_code == 303
    session.expire_all()
    assert (asked.night_shift, known.night_shift) == (False, True)
    call = call_of(session, Round.ASK, asked.id)
    assert call is not None
    assert call.settled == ["skills"]


def test_a_row_of_another_county_is_rejected(session: Session, clerk: User, sign_in: SignIn) -> None:
    stranger = blank(session, county_code="513429")
    book = openpyxl.Workbook()
    book.active.append(["编号", "姓名", "愿意外出务工"])
    book.active.append([stranger.id, stranger.name, "是"])
    target = io.BytesIO()
    book.save(target)
    client = sign_in(clerk)
    sent = client.post("/workers/asking/upload", data={"file": (io.BytesIO(target.getvalue()), "问卷.xlsx")})
    assert "台账里没有这个编号的人" in client.get(sent.location).text


def test_so_many_are_told_as_the_list_holds(session: Session, clerk: User) -> None:
    colleague, actor = make_user(session, Role.COUNTY, area_code=ZHAOJUE), actor_of(session, clerk)
    blank(session)
    held, silent, given_back, known = (blank(session) for _n in range(4))
    for person in (held, silent, given_back):
        operations.take(session, actor, person, "问", utc_now())
    operations.miss(session, actor, silent, utc_now())
    operations.give_back(session, actor, given_back)
    known.willing = False
    session.commit()
    seen = []
    for user in (clerk, colleague):
        for hours in (0, 3):
            now, who = utc_now() + timedelta(hours=hours), actor_of(session, user)
            listed = queries.waiting(session, who, today(), now)
            told = queries.count_waiting(session, who, today(), now)
            assert told.is_exact
            assert told.number == len({worker.id for worker, _call in listed}) == len(listed)
            tries = [call.tries if call else 0 for _worker, call in listed]
            assert tries == sorted(tries)
            seen.append(told.number)
    assert seen == [3, 4, 2, 4]
