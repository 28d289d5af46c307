"""The night's steps stand alone: one that fails silences none, and is shown until it is mended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web import nightly
from app.reports import kept
from models.access import Role
from models.audit import AuditEvent
from models.background_job import Job, JobState, NightlyOutcome
from models.clock import utc_now
from models.event_tags import EventTag
from tests.factories.people import make_user

SignIn = Callable[..., FlaskClient]


class Night:
    """All steps of the night, of which one can be made to fail."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failing = ""

    def work(self, step: nightly.Step) -> nightly.Work:
        def work(session: Session, today: date) -> object:
            if step.name == self.failing:
                raise OSError("no space left")
            self.done.append(step.name)
            return None

        return work


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    night = Night()
    steps = tuple(replace(step, work=night.work(step)) for step in nightly.steps())
    monkeypatch.setattr("app.kit.web.nightly.steps", lambda: steps)
    monkeypatch.setattr("app.home.nightly.steps", lambda: steps)
    monkeypatch.setattr("app.home.jobs.steps", lambda: steps)
    return night


def go_through(session: Session) -> None:
    for step in nightly.steps():
        nightly.carry_out(session, step)


def test_the_audit_comes_first_and_no_two_steps_share_a_task(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [step.name for step in nightly.steps()]
    assert names[0] == "check_audit"
    assert len(names) == len(set(names)) >= 6
    scheduled: dict[str, Callable[[], bool]] = {}

    class Queue:
        def periodic_task(self, when: object, name: str) -> Callable[[Callable[[], bool]], None]:
            return lambda task: scheduled.update({name: task})

    monkeypatch.setitem(app.extensions, "huey", Queue())
    nightly.schedule(app)
    assert list(scheduled) == [f"nightly_{name}" for name in names]


def test_every_step_does_its_work_on_an_empty_platform(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The trend's last two months for all pairs: twelve are counted by the same statements, for six seconds.
    monkeypatch.setattr(kept, "refresh", partial(kept.refresh, months=2))
    go_through(session)
    rows = session.scalars(select(NightlyOutcome)).all()
    assert {row.name for row in rows} == {step.name for step in nightly.steps()}
    assert [row.name for row in rows if row.failed_since or not row.done_at] == []
    assert session.scalar(select(AuditEvent).where(AuditEvent.tag == EventTag.AUDIT_CHECK))


def test_a_failing_step_silences_none_and_is_seen_until_it_is_mended(
    session: Session, night: Night, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    clerk = sign_in(make_user(session, Role.COUNTY, area_code="513431"))
    sentence = "项夜间任务没有做成：收回过期没有答复的推荐"
    assert sentence not in admin.get("/").text

    night.failing = "expire_offers"
    go_through(session)
    assert night.done == [step.name for step in nightly.steps() if step.name != "expire_offers"]
    assert "nightly expire_offers failed" in caplog.text
    assert sentence in admin.get("/").text
    assert "1 件没有做成" in admin.get("/").text
    assert sentence not in clerk.get("/").text
    assert "OSError" in admin.get("/nightly").text
    first = session.scalars(
        select(NightlyOutcome.failed_since).where(NightlyOutcome.failed_since.is_not(None))
    )
    since = first.one()

    go_through(session)
    assert (
        session.scalar(select(NightlyOutcome.failed_since).where(NightlyOutcome.name == "expire_offers"))
        == since
    )

    night.failing = ""
    go_through(session)
    assert sentence not in admin.get("/").text
    assert "都正常" in admin.get("/").text


def test_an_administrator_does_a_step_again(session: Session, night: Night, sign_in: SignIn) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    night.failing = "check_audit"
    go_through(session)
    assert admin.post("/nightly/again", data={"step": "check_audit"}).status_code == 303
    session.expire_all()
    job = session.scalars(select(Job)).one()
    assert (job.state, job.problem) == (JobState.FAILED, "还是没有做成，原因在系统日志里。")

    night.failing = ""
    assert admin.post("/nightly/again", data={"step": "check_audit"}).status_code == 303
    assert "没有做成：核对审计记录" not in admin.get("/").text
    assert admin.post("/nightly/again", data={"step": "nothing"}).status_code == 404
    tags = session.scalars(select(AuditEvent.subject).where(AuditEvent.tag == EventTag.NIGHTLY_AGAIN)).all()
    assert len(tags) == 2


def test_a_step_that_was_not_begun_is_seen_too(session: Session, night: Night, sign_in: SignIn) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    go_through(session)
    outcome = session.scalars(select(NightlyOutcome).where(NightlyOutcome.name == "check_audit")).one()
    outcome.begun_at = utc_now() - timedelta(days=3)
    session.commit()
    page = admin.get("/").text
    assert "项夜间任务没有做成：核对审计记录" in page
    assert "后台程序可能没有在运行" in page


def test_the_night_is_done_by_hand(app: Flask, session: Session, night: Night) -> None:
    def run(*names: str) -> int:
        return app.test_cli_runner().invoke(args=["nightly", *names]).exit_code

    assert run("check_audit", "build_index") == 0
    assert night.done == ["check_audit", "build_index"]
    assert run("make_coffee") == 2
    night.failing = "check_audit"
    assert run() == 1
    assert len(night.done) == 2 + len(nightly.steps()) - 1
