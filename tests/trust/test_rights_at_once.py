"""T4: what changes about somebody's rights holds for the very next request, and for the jobs that wait."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations
from app.kit.web import queue
from models.access import Actor, Grant, Role
from models.background_job import Job, JobState
from models.clock import today, utc_now
from models.user import User
from tests.factories.people import BUTUO
from tests.factories.world import World
from tests.trust.test_replay import print_of

SYSTEM = Actor(None, "system")
# Counts of no county and of no person, which anybody may have brought up to date.
# The last ends an undo that somebody with the right has done: nobody sees those rows any more.
ABOUT_NOBODY = {"refresh_index", "rebuild_index", "withdraw_arrivals"}


def right_of(session: Session, user: User) -> Grant:
    return session.scalars(select(Grant).where(Grant.user_id == user.id)).one()


def revoked(session: Session, user: User) -> None:
    operations.revoke(session, SYSTEM, right_of(session, user), "调离", utc_now())


def over(session: Session, user: User) -> None:
    right_of(session, user).valid_to = today() - timedelta(days=1)


def moved(session: Session, user: User) -> None:
    operations.revoke(session, SYSTEM, right_of(session, user), "调到布拖", utc_now())
    operations.give(session, SYSTEM, user, Role.COUNTY, area_code=BUTUO, valid_from=today())


def another_role(session: Session, user: User) -> None:
    operations.revoke(session, SYSTEM, right_of(session, user), "改做审计", utc_now())
    operations.give(session, SYSTEM, user, Role.AUDITOR, area_code="520500", valid_from=today())


def closed(session: Session, user: User) -> None:
    operations.set_active(session, SYSTEM, user, False, utc_now())


def reset(session: Session, user: User) -> None:
    operations.reset_password(session, SYSTEM, user, utc_now())


CHANGES = {one.__name__: one for one in (revoked, over, moved, another_role, closed, reset)}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_the_next_request_of_an_old_session_is_refused(
    session: Session, world: World, sign_in: Callable[..., FlaskClient], change: str
) -> None:
    """Reading and writing: the person's page, the register, a form of both."""
    clerk, worker = world.users[Role.COUNTY], world.tenants["one"].ids["worker"]
    client = sign_in(clerk)
    read, written = f"/workers/{worker}", f"/workers/{worker}/edit"
    assert [client.get(path).status_code for path in (read, written)] == [200, 200]
    CHANGES[change](session, clerk)
    session.commit()
    before = print_of(session)
    answers = [client.get(read), client.get(written), client.post(written, data={"name": "别人"})]
    assert all(answer.status_code in (302, 401, 403, 404) for answer in answers), [a.status for a in answers]
    assert not any(canary in answer.text for answer in answers for canary in world.tenants["one"].canaries)
    assert print_of(session) == before


@pytest.mark.parametrize("change", ["revoked", "over", "closed", "another_role"])
def test_a_job_that_waited_is_refused(app, session: Session, world: World, change: str) -> None:
    """The file of a roster, sent while the clerk had the right, read when he has it no more."""
    clerk = world.users[Role.COUNTY]
    job = Job(name="import_roster", subject_id=world.tenants["one"].ids["batch"], user_id=clerk.id)
    job.state = JobState.QUEUED
    session.add(job)
    CHANGES[change](session, clerk)
    session.commit()
    number = job.id
    session.rollback()  # lets go of the database
    queue.run(app, number)
    session.expire_all()
    assert session.get_one(Job, number).state is JobState.FAILED


def test_every_kind_of_job_asks_for_its_askers_rights(session: Session, world: World) -> None:
    """Generated over all jobs: with no right left, none of them changes anything."""
    ids = world.tenants["one"].ids
    subjects = {
        "match": "run",
        "learn_card": "scorecard",
        "export_workers": "export",
        "export_list": "list_export",
        "rule_effect": "rule",
    }
    nobody = Actor(world.users[Role.COUNTY].id, "无权")
    progress = SimpleNamespace(tell=lambda *told, **more: None, heart=nullcontext, app=None, is_again=False)
    before, done = print_of(session), []
    for name, work in sorted(queue.load_jobs().items()):
        if name in ABOUT_NOBODY or work.__module__.startswith("tests."):
            continue
        try:
            result = work(progress, nobody, ids.get(subjects.get(name, "batch"), 1))
        except (queue.JobProblem, PermissionError):
            result = None
        session.rollback()
        if result is not None or print_of(session) != before:
            done.append((name, result))
    assert done == []
