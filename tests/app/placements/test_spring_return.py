"""The spring return: asked by sheet and telephone, seats by city, groups from answers, who is late."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.placements.operations import departures
from app.placements.operations import spring_return as operations
from app.placements.operations.departures import Journey
from app.placements.operations.spring_return import Plan
from app.placements.queries import lists, spring_return
from app.placements.queries.tasks import tasks
from models.clock import today, utc_now
from models.messages.message import Message
from models.placement.departure import Way
from models.placement.leaving import Channel
from models.placement.spring_return import ReturnAnswer, ReturnBatch, ReturnRound
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene

SignIn = Callable[..., FlaskClient]
PURPOSE = {"purpose": "service", "purpose_word": "春节"}
HOME, BACK = today() - timedelta(days=40), today() - timedelta(days=5)


def opened(scene: Scene) -> tuple[ReturnRound, ReturnAnswer]:
    scene.on_site(today() - timedelta(days=90))
    county = scene.actor(scene.county)
    row = operations.open_round(scene.session, county, Plan(BACK.year, HOME, BACK), today())
    scene.session.commit()
    return row, scene.session.scalars(select(ReturnAnswer)).one()


def say(scene: Scene, one: ReturnAnswer, **said: object) -> None:
    operations.answer(scene.session, scene.actor(scene.county), one, said, Channel.PHONE, utc_now())
    scene.session.commit()


def test_everybody_at_work_is_asked_once_and_a_festival_has_one_round(scene: Scene) -> None:
    row, one = opened(scene)
    assert one.worker_id == scene.worker.id
    assert (one.goes_home, one.comes_back) == (None, None)
    assert operations.ask_more(scene.session, row) == 0
    with pytest.raises(TransitionRefused, match="已经开过"):
        operations.open_round(scene.session, scene.actor(scene.county), Plan(BACK.year, HOME, BACK), today())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"goes_home": False, "seat_home": True}, "不回家"),
        ({"comes_back": False, "back_on": BACK}, "不回来"),
        ({"leaves_on": BACK, "back_on": HOME}, "早于返乡"),
        ({"leaves_on": date(2009, 1, 1)}, "核对年份"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(scene: Scene, said: dict, words: str) -> None:
    _row, one = opened(scene)
    with pytest.raises(TransitionRefused, match=words):
        say(scene, one, **said)


def test_what_nobody_said_is_counted_as_unknown_and_seats_by_city(scene: Scene) -> None:
    row, one = opened(scene)
    county = scene.actor(scene.county)
    (before,) = spring_return.needs(scene.session, county, row)
    assert (before.asked, before.home, before.stay, before.unknown) == (1, 0, 0, 1)
    say(scene, one, goes_home=True, seat_home=True)
    (after,) = spring_return.needs(scene.session, county, row)
    assert (after.home, after.unknown, after.seats_home, after.seats_back) == (1, 0, 1, 0)


def test_a_group_is_made_from_the_answers_and_nobody_has_two_seats(scene: Scene, sign_in: SignIn) -> None:
    """The round leads to it, and it stands on the first page of who has a seat in it."""
    row, one = opened(scene)
    county = scene.actor(scene.county)
    journey = Journey("阿木", "", "大巴", "厂门口", utc_now() + timedelta(days=1), seats=45)
    with pytest.raises(TransitionRefused, match="没说要座位"):
        operations.group(scene.session, county, Way.BACK, [one], journey, utc_now())
    say(scene, one, goes_home=True, comes_back=True, seat_back=True)
    made = operations.group(scene.session, county, Way.BACK, [one], journey, utc_now())
    scene.session.commit()
    assert [row.worker_id for row in lists.members(scene.session, county, made)] == [scene.worker.id]
    told = scene.session.scalars(select(Message.text).order_by(Message.id.desc())).first()
    assert "返岗" in told
    assert (
        f"/placements/departures/{made.id}"
        in sign_in(scene.county).get(f"/placements/spring-returns/{row.id}").text
    )
    phone = sign_in(scene.person).get("/my/today").text
    assert "返岗" in phone
    assert "厂门口" in phone
    with pytest.raises(TransitionRefused, match="别的返乡或返岗队"):
        operations.group(scene.session, county, Way.BACK, [one], journey, utc_now())


def test_a_group_leaves_and_arrives_and_who_was_in_it_is_back_at_work(scene: Scene, sign_in: SignIn) -> None:
    """Its arrangement is changed while it waits; nobody arrives before the group left; once each."""
    _row, one = opened(scene)
    say(scene, one, goes_home=True, comes_back=True, seat_back=True)
    journey = Journey("阿木", "", "大巴", "县客运站", utc_now() + timedelta(hours=2), seats=45)
    county = scene.actor(scene.county)
    made = operations.group(scene.session, county, Way.BACK, [one], journey, utc_now())
    scene.session.commit()
    client, here = sign_in(scene.county), f"/placements/departures/{made.id}"
    assert "还没有出发" in client.get(here).text
    departures.change(
        scene.session, county, made, replace(journey, from_place="镇政府门口"), "换了地方", utc_now()
    )
    scene.session.commit()
    told = scene.session.scalars(select(Message.text).order_by(Message.id.desc())).first()
    assert "镇政府门口" in told
    arrival = {"came": one.worker_id, "on": today().isoformat()}
    assert client.post(f"{here}/arrived", data=arrival).status_code == 409
    assert client.post(f"{here}/set-off").status_code == 303
    assert "在路上" in client.get(here).text
    assert client.post(f"{here}/set-off").status_code == 409
    stranger = arrival | {"came": one.worker_id + 999}
    assert client.post(f"{here}/arrived", data=stranger).status_code == 409
    assert client.post(f"{here}/arrived", data=arrival).status_code == 303
    scene.session.expire_all()
    scene.session.rollback()
    assert one.came_back_on == today()
    assert (made.arrived_on, made.left_at is not None) == (today(), True)
    assert "到了：" in client.get(here).text
    with pytest.raises(TransitionRefused, match="没有等着出发的人"):
        departures.change(scene.session, county, made, journey, "晚了", utc_now())


def test_who_is_not_back_after_the_agreed_day_is_a_task_until_they_are(scene: Scene, sign_in: SignIn) -> None:
    _row, one = opened(scene)
    say(scene, one, goes_home=True, leaves_on=HOME)
    client, county = sign_in(scene.county), scene.actor(scene.county)

    def waits() -> bool:
        return any("还没有返岗" in str(task.text) for task in tasks(scene.session, county, today()))

    with client.application.test_request_context():
        assert waits()
        with pytest.raises(TransitionRefused, match="早于返乡"):
            operations.came_back(scene.session, county, one, HOME - timedelta(days=1), today())
        operations.came_back(scene.session, county, one, BACK, today())
        assert not waits()


def test_the_sheet_goes_out_and_comes_back_and_a_blank_says_nothing(scene: Scene, sign_in: SignIn) -> None:
    row, one = opened(scene)
    client, here = sign_in(scene.county), f"/placements/spring-returns/{row.id}"
    book = openpyxl.load_workbook(io.BytesIO(client.post(f"{here}/sheet", data=PURPOSE).data))
    page = book.worksheets[0]
    heads = {str(cell.value): cell.column for cell in page[1]}
    for name, value in {"回不回家过年": "是", "返乡要不要座位": "要", "哪天返乡": HOME.isoformat()}.items():
        page.cell(2, heads[name]).value = value
    target = io.BytesIO()
    book.save(target)

    def send() -> str:
        target.seek(0)
        answer = client.post(f"{here}/upload", data={"file": (io.BytesIO(target.read()), "表.xlsx")})
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    preview = send()
    assert "可以记下" in client.get(preview).text
    batch = scene.session.scalars(select(ReturnBatch)).one()
    assert client.post(f"/placements/return-sheets/{batch.id}/confirm").status_code == 303
    scene.session.expire_all()
    scene.session.rollback()
    assert (one.goes_home, one.seat_home, one.leaves_on, one.comes_back) == (True, True, HOME, None)
    page.cell(2, heads["年后回不回来"]).value = "也许"
    target.seek(0)
    target.truncate()
    book.save(target)
    assert "看不懂“也许”" in client.get(send()).text
    by_phone = {"comes_back": "1", "seat_back": "1", "goes_home": "1", "seat_home": "1", "channel": "phone"}
    assert client.post(f"/placements/return-answers/{one.id}", data=by_phone).status_code == 303
    assert "编返岗队" in client.get(here).text
    assert client.get(f"{here}/group/back/{one.city_code}").status_code == 200
