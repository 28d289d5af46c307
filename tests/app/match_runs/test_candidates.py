"""An order's candidates: the free ones, those trained for it first, sorted and narrowed, ticks kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.match_runs import queries
from models.clock import today
from models.match_run import MatchRun, RunKind
from models.people.worker import WorkerState
from models.placement.placement import Placement, PlacementState
from models.training.enrolment import EnrolmentState
from tests.app.match_runs.conftest import Toy
from tests.app.match_runs.test_runs import start
from tests.factories.people import make_order, make_placement
from tests.factories.training import make_agreement, make_class, make_enrolment, make_training_order

SignIn = Callable[..., FlaskClient]


def listed(client: FlaskClient, run: MatchRun, query: str = "") -> str:
    """The page down to what is said of people off the list."""
    text = client.get(f"/match-runs/{run.id}{query}").text
    return text.split('class="panel honest"')[0]


def test_who_was_taken_since_the_run_is_not_listed_as_free(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    run, client = start(session, toy.county, RunKind.ORDER, order=toy.sewing), sign_in(toy.county)
    assert toy.good_sewer.name in listed(client, run)
    make_enrolment(session, make_class(session, ends_on=today() + timedelta(days=30)), toy.good_sewer)
    make_placement(session, make_order(session), toy.fair_sewer, state=PlacementState.HIRED)
    toy.welder.state = WorkerState.CLOSED
    session.commit()
    free = listed(client, run)
    for worker in (toy.good_sewer, toy.fair_sewer, toy.welder):
        assert worker.name not in free
    taken = listed(client, run, "?show=taken")
    assert "在班到" in taken
    assert "已录用，等出发" in taken
    assert f"选 {toy.good_sewer.name}" in taken  # with a reason
    assert f"选 {toy.fair_sewer.name}" not in taken


def test_an_enterprise_is_not_shown_who_is_taken_up_elsewhere(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    run, client = start(session, toy.enterprise, RunKind.ORDER, order=toy.sewing), sign_in(toy.enterprise)
    assert "沙***" in listed(client, run)
    make_enrolment(session, make_class(session), toy.good_sewer)
    for query in ("", "?show=taken", "?show=all"):
        page = listed(client, run, query)
        assert "沙***" not in page
        assert "在班" not in page


def test_those_trained_for_the_order_come_first(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.county, RunKind.ORDER, order=toy.sewing), sign_in(toy.county)
    before = listed(client, run)
    assert before.index(toy.good_sewer.name) < before.index(toy.fair_sewer.name)
    agreement = make_agreement(session, make_training_order(session, job_order=toy.sewing))
    make_enrolment(session, make_class(session, agreement), toy.fair_sewer, state=EnrolmentState.FINISHED)
    page = listed(client, run)
    assert page.index(toy.fair_sewer.name) < page.index(toy.good_sewer.name)
    assert "为这个岗位培训过" in page
    by_score = listed(client, run, "?sort=score")
    assert by_score.index(toy.good_sewer.name) < by_score.index(toy.fair_sewer.name)


def test_a_required_skill_that_nobody_has_is_said_once(session: Session, toy: Toy, sign_in: SignIn) -> None:
    toy.sewing.skills = ["焊工证", "平车操作"]
    session.commit()
    run = start(session, toy.county, RunKind.ORDER, order=toy.sewing)
    page = listed(sign_in(toy.county), run)
    assert "所有候选人都缺：焊工证" in page
    assert "缺：焊工证" not in page.replace("所有候选人都缺：焊工证", "")
    assert "缺：平车操作" in page


def test_the_list_is_narrowed_and_sorted_in_the_address(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.county, RunKind.ORDER, order=toy.sewing), sign_in(toy.county)
    page = listed(client, run, "?q=瓦洛村")
    assert toy.fair_sewer.name in page
    assert toy.good_sewer.name not in page
    by_name = listed(client, run, "?sort=name")
    assert by_name.index(toy.fair_sewer.name) < by_name.index(toy.good_sewer.name)
    assert "没有这样的人" in listed(client, run, "?q=查无此人")


def test_ticks_survive_paging_without_script(
    session: Session, toy: Toy, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    run, client = start(session, toy.county, RunKind.ORDER, order=toy.welding), sign_in(toy.county)
    first = listed(client, run)
    turn = f"/match-runs/{run.id}?after=2"
    assert f'name="turn" value="{turn}"' in first
    form = {"worker_ids": toy.welder.id, "turn": turn, "order_id": toy.welding.id, "run_id": run.id}
    answer = client.post("/placements/offers", data=form)
    assert answer.headers["Location"] == f"{turn}&ticked={toy.welder.id}"
    assert not session.scalars(select(Placement)).all()
    second = client.get(answer.headers["Location"]).text
    assert f'<input type="hidden" name="worker_ids" value="{toy.welder.id}">' in second
    back = client.get(f"/match-runs/{run.id}?ticked={toy.welder.id}").text
    assert f'value="{toy.welder.id}"\n  checked' in back


def test_a_turned_page_never_leads_to_another_site(session: Session, toy: Toy, sign_in: SignIn) -> None:
    client = sign_in(toy.county)
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert client.post("/placements/offers", data={"turn": target}).status_code == 400
