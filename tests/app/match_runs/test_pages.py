"""Who sees what on the pages of this area."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.match_runs import operations
from app.match_runs.queries import tasks
from models.access import Role
from models.clock import today
from models.jobs.order import OrderState
from models.match_run import MatchAdjustment, MatchPair, MatchRun, RunKind
from tests.app.match_runs.conftest import Toy
from tests.app.match_runs.test_runs import start
from tests.factories.people import actor_of, make_user, make_worker

SignIn = Callable[..., FlaskClient]


def pages_of(run: MatchRun, toy: Toy) -> list[str]:
    """Every address of this area that shows a run."""
    order, worker = toy.sewing.id, toy.good_sewer.id
    return [
        f"/match-runs/{run.id}",
        f"/match-runs/{run.id}/why/{order}/{worker}",
        f"/match-runs/{run.id}/left-out",
        f"/match-runs/{run.id}/orders/{order}",
        f"/match-runs/{run.id}/not-listed/city",
        f"/match-runs/{run.id}/move/{worker}",
    ]


def test_another_countys_run_answers_like_a_missing_one(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run = start(session, toy.county, RunKind.COUNTY)
    stranger = sign_in(toy.other_county)
    missing = stranger.get("/match-runs/987654")
    for page in pages_of(run, toy):
        answer = stranger.get(page)
        assert (answer.status_code, hide_draws(answer)) == (404, hide_draws(missing)), page


def hide_draws(answer: object) -> str:
    """The page without what is drawn anew for every request."""
    return re.sub(r'(value|content)="[^"]*"', "", answer.text)


def test_county_reads_its_plan_and_the_reasons(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    assert "人有岗位可去" in client.get(f"/match-runs/{run.id}").text
    plan = client.get(f"/match-runs/{run.id}/orders/{toy.sewing.id}").text
    assert "沙马伍各木" in plan
    assert "换岗位" in plan
    assert "/placements/offers" in plan
    left = client.get(f"/match-runs/{run.id}/left-out").text
    assert "马海史布" in left
    assert "愿去的城市" in left
    why = client.get(f"/match-runs/{run.id}/why/{toy.sewing.id}/{toy.homebody.id}").text
    assert "过不去" in why
    assert "深圳市" in why
    assert "到手约" in why


def test_an_enterprise_finds_masked_people_only(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.enterprise, RunKind.ORDER, order=toy.sewing), sign_in(toy.enterprise)
    pages = [f"/match-runs/{run.id}", f"/match-runs/orders/{toy.sewing.id}", "/match-runs"]
    pages += [f"/match-runs/{run.id}/why/{toy.sewing.id}/{toy.good_sewer.id}"]
    # Tokens and keys are drawn anew for each page, and may hold four digits of any telephone.
    shown = re.sub(r'="[\w.-]{32,}"', "", "".join(client.get(page).text for page in pages))
    assert "沙***" in shown
    assert "昭觉县" in shown
    assert "/placements/invitations" in shown
    for worker in (toy.good_sewer, toy.fair_sewer, toy.welder):
        secrets = (
            worker.name,
            worker.id_number,
            worker.id_last4,
            worker.phone,
            worker.phone[-4:],
            worker.village,
        )
        assert not [secret for secret in secrets if secret and secret in shown]


def test_an_enterprise_cannot_list_or_open_who_is_not_on_its_list(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    run, client = start(session, toy.enterprise, RunKind.ORDER, order=toy.sewing), sign_in(toy.enterprise)
    assert client.get(f"/match-runs/{run.id}/not-listed/city").status_code == 404
    assert client.get(f"/match-runs/{run.id}/why/{toy.sewing.id}/{toy.homebody.id}").status_code == 404
    assert client.get(f"/match-runs/workers/{toy.good_sewer.id}").status_code == 404
    assert "少于 10 人" in client.get(f"/match-runs/{run.id}").text


def test_an_enterprise_finds_nobody_outside_the_paired_counties(session: Session, toy: Toy) -> None:
    stranger = make_worker(session, county_code="522726", wishes=["缝纫工"])  # 独山, helped by 广州
    run = start(session, toy.enterprise, RunKind.ORDER, order=toy.sewing)
    listed = session.scalars(select(MatchPair.worker_id).where(MatchPair.run_id == run.id)).all()
    assert toy.good_sewer.id in listed
    assert stranger.id not in listed
    assert run.worker_count == 0  # fewer than ten


def test_before_approval_an_enterprise_sees_only_numbers(session: Session, toy: Toy, sign_in: SignIn) -> None:
    toy.sewing.state = OrderState.DRAFT
    session.commit()
    run, client = start(session, toy.enterprise, RunKind.ORDER, order=toy.sewing), sign_in(toy.enterprise)
    page = client.get(f"/match-runs/{run.id}").text
    assert "通过审核后" in page
    assert "沙***" not in page


def test_a_form_starts_a_run_once(session: Session, toy: Toy, sign_in: SignIn) -> None:
    client = sign_in(toy.county)
    for _time in range(2):
        answer = client.post(f"/match-runs/orders/{toy.sewing.id}", data={"once": "one-key"})
        assert answer.status_code == 303
    assert len(session.scalars(select(MatchRun)).all()) == 1


def test_a_county_plans_with_its_own_policy(session: Session, toy: Toy, sign_in: SignIn) -> None:
    client = sign_in(toy.county)
    client.post("/match-runs/county", data={"placements_first": "y", "pairing_bonus": "50", "floor": "2"})
    run = session.scalar(select(MatchRun))
    assert run.settings["policy"] == {
        "placements_first": True,
        "pairing_bonus": 50,
        "county_floors": {run.county_code: 2},
    }
    assert "按你定的办法" in client.get(f"/match-runs/{run.id}").text
    refused = client.post("/match-runs/county", data={"pairing_bonus": "99999"})
    assert "99999" in refused.text
    assert "0 到 1000" in refused.text


def test_a_change_by_hand_says_its_price_first(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    url = f"/match-runs/{run.id}/move/{toy.good_sewer.id}"
    assert "全县总分少" in client.get(url).text
    assert client.post(url, data={"to": "", "reason": "本人改主意"}).status_code == 303
    change = session.scalar(select(MatchAdjustment))
    page = client.get(f"/match-runs/{run.id}").text
    assert f"全县总分少 {change.price} 分" in page
    assert "手工改了 1 人" in page
    refused = client.post(url, data={"to": toy.homebody.id, "reason": "想学电焊", "seen": change.id})
    assert "这个人去不了这个岗位" in refused.text


def test_who_was_put_in_by_hand_stands_on_the_list(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    client.post(f"/match-runs/{run.id}/move/{toy.good_sewer.id}", data={"to": "", "reason": "生病"})
    client.post(
        f"/match-runs/{run.id}/move/{toy.welder.id}", data={"to": toy.sewing.id, "reason": "和妻子一起"}
    )
    page = client.get(f"/match-runs/{run.id}/orders/{toy.sewing.id}").text
    assert "手工放进来的" in page
    assert "俄木木加" in page
    assert "沙马伍各木" not in page


@pytest.mark.parametrize(("role", "area"), [(Role.PREFECTURE, "513400"), (Role.AUDITOR, "513400")])
def test_readers_read_but_change_nothing(
    session: Session, toy: Toy, sign_in: SignIn, role: Role, area: str
) -> None:
    run = start(session, toy.county, RunKind.COUNTY)
    client = sign_in(make_user(session, role, area_code=area))
    assert client.get(f"/match-runs/{run.id}").status_code == 200
    assert "换岗位" not in client.get(f"/match-runs/{run.id}/orders/{toy.sewing.id}").text
    assert client.get(f"/match-runs/{run.id}/move/{toy.welder.id}").status_code == 403
    assert client.post(f"/match-runs/orders/{toy.sewing.id}").status_code == 403
    assert client.post("/match-runs/county").status_code == 403


def test_a_worker_page_shows_what_is_left_in_the_hand(session: Session, toy: Toy, sign_in: SignIn) -> None:
    client = sign_in(toy.county)
    assert "还没有给这个人找过岗位" in client.get(f"/match-runs/workers/{toy.welder.id}").text
    start(session, toy.county, RunKind.WORKER, worker=toy.welder)
    page = client.get(f"/match-runs/workers/{toy.welder.id}").text
    assert "电焊工" in page
    assert "到手约" in page
    assert "问：" in page


def test_home_says_who_fits_nowhere_and_which_orders_wait(app: Flask, session: Session, toy: Toy) -> None:
    actor = actor_of(session, toy.county)
    with app.test_request_context():
        assert [task.count for task in tasks(session, actor, today())] == [2]
    start(session, toy.county, RunKind.COUNTY)
    with app.test_request_context():
        first, second = tasks(session, actor, today())
    assert first.count == 2
    assert "只差" in str(first.reason)
    assert second.count == 2
    assert tasks(session, actor_of(session, toy.enterprise), today()) == []


def test_a_run_under_way_shows_its_progress(
    session: Session, toy: Toy, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kit.web.queue._push", lambda number, name: None)
    run = operations.start(session, actor_of(session, toy.county), RunKind.COUNTY, today())
    session.commit()
    assert f"/jobs/{run.job_id}" in sign_in(toy.county).get(f"/match-runs/{run.id}").text
    assert sign_in(toy.county).get(f"/match-runs/{run.id}/left-out").status_code == 404
