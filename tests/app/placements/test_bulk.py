"""Several people at once: good rows are done, the others named with their reasons, ticks kept."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.kit.web import idempotency
from app.placements.operations import answers, hiring
from app.placements.operations.bulk import each
from models.access import Role
from models.clock import today, utc_now
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import Placement, PlacementState
from tests.app.placements.scene import Scene
from tests.factories import people

SignIn = Callable[..., FlaskClient]


def three_who_accepted(scene: Scene) -> list[Placement]:
    return [scene.accepted(people.make_worker(scene.session)) for _one in range(3)]


def test_hiring_in_bulk_does_the_good_rows_and_names_the_others(scene: Scene, sign_in: SignIn) -> None:
    scene.order.headcount = 2
    rows = three_who_accepted(scene)
    answers.withdraw_consent(scene.session, scene.actor(scene.county), rows[0], utc_now())
    scene.session.commit()
    client = sign_in(scene.enterprise)
    form = {"ids": [row.id for row in rows], "decision": "hire"}
    answer = client.post("/placements/hires", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"ticked={rows[0].id}")
    page = client.get(answer.headers["Location"]).text
    assert "已录用 2 人" in page
    assert "等 1 人没有办：本人还没有同意把资料给企业" in page
    assert [row.state for row in rows] == [
        PlacementState.ACCEPTED,
        PlacementState.HIRED,
        PlacementState.HIRED,
    ]
    assert scene.order.taken == 2


def test_the_last_place_goes_once_and_in_the_order_of_the_list(scene: Scene, sign_in: SignIn) -> None:
    rows = three_who_accepted(scene)
    form = {"ids": [row.id for row in rows], "decision": "hire"}
    page = sign_in(scene.enterprise).post("/placements/hires", data=form, follow_redirects=True).text
    assert "已录用 1 人" in page
    assert "等 2 人没有办：这个岗位已经招满" in page
    assert [row.state for row in rows] == [PlacementState.HIRED, *[PlacementState.ACCEPTED] * 2]
    scene.session.refresh(scene.order)
    assert scene.order.taken == 1


def test_turning_several_down_needs_a_reason_and_keeps_the_ticks(scene: Scene, sign_in: SignIn) -> None:
    rows = three_who_accepted(scene)
    client = sign_in(scene.enterprise)
    form = {"ids": [row.id for row in rows[:2]], "decision": "not_hire"}
    page = client.post("/placements/hires", data=form).text
    assert "不录用要写理由" in page
    assert page.count("checked") == 2
    assert client.post("/placements/hires", data=form | {"reason": "已招够"}).status_code == 303
    assert [row.state for row in rows] == [*[PlacementState.NOT_HIRED] * 2, PlacementState.ACCEPTED]


def test_a_county_notes_the_answers_of_several_people_at_once(scene: Scene, sign_in: SignIn) -> None:
    rows = [scene.offer(people.make_worker(scene.session)) for _one in range(3)]
    client = sign_in(scene.county)
    answers.decline(
        scene.session, scene.actor(scene.county), rows[2], Channel.PHONE, DeclineReason.FAR, utc_now()
    )
    scene.session.commit()
    form = {"ids": [row.id for row in rows], "answer": "accept", "channel": "phone"}
    page = client.post("/placements/answers", data=form, follow_redirects=True).text
    assert "已记下 2 人：本人愿意去" in page
    assert "现在是“本人不去”，这一步办不了" in page
    assert all(row.has_consent for row in rows[:2])
    assert rows[2].state is PlacementState.DECLINED


def test_a_no_of_several_people_needs_its_reason(scene: Scene, sign_in: SignIn) -> None:
    row = scene.offer()
    form = {"ids": row.id, "answer": "decline", "channel": "phone"}
    page = sign_in(scene.county).post("/placements/answers", data=form).text
    assert "请选不去的原因" in page
    assert "checked" in page
    assert row.state is PlacementState.OFFERED


def test_invitations_are_passed_on_in_bulk(scene: Scene, sign_in: SignIn) -> None:
    workers = [people.make_worker(scene.session) for _one in range(2)]
    rows = [
        people.make_placement(scene.session, scene.order, one, state=PlacementState.INVITED)
        for one in workers
    ]
    form = {"ids": [row.id for row in rows]}
    page = sign_in(scene.county).post("/placements/passed-on", data=form, follow_redirects=True).text
    assert "已转告 2 人" in page
    scene.session.expire_all()
    assert {row.state for row in rows} == {PlacementState.OFFERED}


def test_arrivals_name_who_was_not_on_the_way(scene: Scene, sign_in: SignIn) -> None:
    scene.order.headcount = 2
    rows = three_who_accepted(scene)[:2]
    hiring.hire(scene.session, scene.actor(scene.enterprise), rows[0], today())
    scene.session.commit()
    form = {"ids": [row.id for row in rows], "on": today().isoformat()}
    page = sign_in(scene.enterprise).post("/placements/arrivals", data=form, follow_redirects=True).text
    assert "1 人已确认到岗" in page
    assert "现在是“本人愿意”，这一步办不了" in page


def test_ticks_of_other_pages_are_hired_too(scene: Scene, sign_in: SignIn) -> None:
    scene.order.headcount = 3
    rows = three_who_accepted(scene)
    client = sign_in(scene.enterprise)
    turn = "/placements?stage=accepted"
    sent = client.post("/placements/hires", data={"ids": rows[0].id, "turn": turn})
    assert sent.headers["Location"] == f"{turn}&ticked={rows[0].id}"
    assert rows[0].state is PlacementState.ACCEPTED


def test_cards_and_groups_take_the_ticks_along(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    client = sign_in(scene.county)
    cards = client.post("/placements/answers", data={"ids": placement.id, "turn": "/placements/cards"})
    assert "每月到手大约" in client.get(cards.headers["Location"]).text


def test_a_row_that_fails_leaves_nothing_behind(scene: Scene) -> None:
    rows = three_who_accepted(scene)[:2]

    def step(row: Placement) -> None:
        hiring.not_hire(scene.session, scene.actor(scene.enterprise), row, "不合适")
        if row is rows[1]:
            hiring.not_hire(scene.session, scene.actor(scene.enterprise), row, "再来一次")

    outcome = each(scene.session, rows, step)
    scene.session.commit()
    assert (outcome.done, [row for row, _why in outcome.refused]) == ([rows[0]], [rows[1]])
    assert rows[1].state is PlacementState.ACCEPTED


@pytest.mark.parametrize(
    ("step", "role"), [("hires", Role.COUNTY), ("answers", Role.ENTERPRISE), ("passed-on", Role.ENTERPRISE)]
)
def test_only_who_may_do_it_for_one_may_do_it_for_several(
    scene: Scene, sign_in: SignIn, step: str, role: Role
) -> None:
    user = scene.county if role is Role.COUNTY else scene.enterprise
    assert sign_in(user).post(f"/placements/{step}", data={"ids": 1}).status_code == 403


def test_nothing_is_chosen_beforehand_because_a_yes_is_a_consent(scene: Scene, sign_in: SignIn) -> None:
    row = scene.offer()
    client = sign_in(scene.county)
    menu = client.get("/placements?stage=offered").text.split('name="answer"')[1].split("</select>")[0]
    assert menu.index("请选择") < menu.index("愿意去")
    assert "selected" not in menu.split("请选择")[1]
    page = client.post("/placements/answers", data={"ids": row.id, "answer": "", "channel": "phone"}).text
    assert "勾选的人都还在" in page
    assert row.state is PlacementState.OFFERED


def test_a_form_sent_twice_with_many_ticks_is_led_to_its_list(
    scene: Scene, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "MOST_LOCATION", 30)  # the column's 300 hold some 35 ticks
    rows = three_who_accepted(scene)
    client = sign_in(scene.enterprise)
    form = {"ids": [row.id for row in rows], "decision": "hire", "once": "twice"}
    assert "ticked=" in client.post("/placements/hires", data=form).headers["Location"]
    assert client.post("/placements/hires", data=form).headers["Location"] == "/placements"
