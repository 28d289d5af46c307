"""A form that is sent many times at once: one does the work, the others are led to its answer."""

import time
from collections.abc import Callable, Iterator
from threading import Barrier, Lock, Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import operations as auth
from app.kit.web.extensions import db
from app.placements.operations import offers
from models.access import Role
from models.clock import today
from models.placement.placement import Placement, PlacementState
from tests.factories.people import ZHAOJUE, make_order, make_placement, make_user, make_worker
from tests.factories.racing import racing_app

COPIES, WORK_SECONDS = 12, 0.3
Work = Callable[..., object]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with racing_app(request.param, tmp_path_factory.mktemp("sent"), "sent_at_once") as application:
        yield application


def test_copies_of_one_form_wait_for_the_first_and_do_not_do_its_work_again(
    database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of twenty did the whole work, and the last waited too long: /placements/passed-on told 503."""
    session: Session = db.session  # type: ignore[assignment]
    row = make_placement(session, make_order(session), make_worker(session), state=PlacementState.INVITED)
    number, token = row.id, auth.open_session(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    session.commit()
    session.close()
    whole: Work = offers.pass_on
    begun: list[float] = []

    def slow(*given: object) -> object:
        begun.append(time.monotonic())
        time.sleep(WORK_SECONDS)
        return whole(*given)

    monkeypatch.setattr(offers, "pass_on", slow)
    barrier, guard, answers = Barrier(COPIES), Lock(), []

    def send() -> None:
        client = database.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
        barrier.wait()
        answer = client.post("/placements/passed-on", data={"ids": number, "once": "one-key"})
        with guard:
            answers.append((answer.status_code, answer.headers.get("Location")))

    threads = [Thread(target=send) for _copy in range(COPIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _where in answers] == [303] * COPIES
    assert len({where for _status, where in answers}) == 1
    assert len(begun) == 1
    session.rollback()
    assert session.get_one(Placement, number).state is PlacementState.OFFERED
    assert session.get_one(Placement, number).respond_by >= today()
