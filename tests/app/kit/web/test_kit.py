"""The kit itself: forms that work once, pages that only read, headers, jobs."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.kit.web import errors, queue
from app.kit.web.extensions import db, read_only
from app.kit.web.fields import InnerForm, day_field
from models.access import Role
from models.background_job import Job, JobState
from models.clock import utc_now
from models.i18n import Sentence
from models.integrity import REASONS, rules
from models.user import User
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker


def test_a_form_sent_twice_does_its_work_once(session: Session, sign_in) -> None:
    client = sign_in(make_user(session, Role.ADMIN))
    form = {"username": "new.clerk", "name": "新人", "once": "k1"}
    first = client.post("/admin/users", data=form)
    again = client.post("/admin/users", data=form)
    assert (first.status_code, again.status_code) == (200, 303)  # the password is shown once
    assert again.headers["Location"].startswith("/admin/users/")
    assert session.scalar(select(func.count()).select_from(User).where(User.username == "new.clerk")) == 1


def test_a_reading_transaction_cannot_write(app: Flask, session: Session) -> None:
    session.rollback()
    read_only()
    with pytest.raises(DBAPIError, match=r"read-?only"):
        db.session.execute(text("UPDATE area SET name = 'x'"))
    session.rollback()
    db.session.execute(text("UPDATE area SET name = name WHERE code = '440600'"))


def test_pages_keep_to_themselves(session: Session, sign_in) -> None:
    answer = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)).get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_unsafe_requests_need_the_csrf_token(app: Flask, session: Session, sign_in) -> None:
    client = sign_in(make_user(session, Role.ADMIN))
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answers = {client.post(path).status_code for path in ("/admin/users", "/sign-out", "/language")}
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answers == {400}


@pytest.fixture
def probe(app: Flask):
    seen: list[int] = []

    @queue.job
    def probe_job(progress: queue.Progress, actor: object, subject_id: int) -> dict[str, int]:
        progress.tell("读", 1, 2)
        seen.append(subject_id)
        if subject_id == 13:
            raise queue.JobProblem(Sentence("第 13 号不行"))
        if subject_id == 99:
            raise RuntimeError("broken inside")
        return {"subject": subject_id}

    yield seen
    queue.JOBS.pop("probe_job")


def ask(session: Session, subject_id: int) -> Job:
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    job = queue.enqueue(session, actor, "probe_job", subject_id)
    session.commit()
    session.expire_all()
    return job


def test_a_job_runs_after_the_commit_and_leaves_its_result(session: Session, probe: list[int]) -> None:
    job = ask(session, 5)
    assert (job.state, job.result, probe) == (JobState.DONE, {"subject": 5}, [5])


def test_a_job_is_not_sent_when_its_transaction_is_rolled_back(session: Session, probe: list[int]) -> None:
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    queue.enqueue(session, actor, "probe_job", 5)
    session.rollback()
    session.commit()
    assert probe == []


def test_a_failing_job_says_why_in_a_sentence(session: Session, probe: list[int]) -> None:
    assert ask(session, 13).problem == "第 13 号不行"
    broken = ask(session, 99)
    assert broken.state == JobState.FAILED
    assert "broken inside" not in broken.problem


def test_the_reaper_queues_what_a_dead_worker_left(app: Flask, session: Session, probe: list[int]) -> None:
    job = ask(session, 5)
    job.state, job.attempts = JobState.RUNNING, 1
    long_ago = time.time() - 3600
    job.created_at = utc_now().fromtimestamp(long_ago, utc_now().tzinfo)
    session.commit()
    app.extensions["huey"].put(f"progress-{job.id}", f'{{"beat": {long_ago}}}')
    session.rollback()
    assert queue.reap(app) == 1
    session.expire_all()
    assert job.state == JobState.DONE
    assert probe == [5, 5]


def test_the_reaper_gives_up_after_three_attempts(app: Flask, session: Session, probe: list[int]) -> None:
    job = ask(session, 5)
    job.state, job.attempts = JobState.RUNNING, 3
    job.created_at = utc_now().fromtimestamp(time.time() - 3600, utc_now().tzinfo)
    session.commit()
    app.extensions["huey"].put(f"progress-{job.id}", '{"beat": 0}')
    session.rollback()
    queue.reap(app)
    session.expire_all()
    assert job.state == JobState.FAILED


def test_nobody_sees_anothers_job(session: Session, probe: list[int], sign_in) -> None:
    job = ask(session, 5)
    stranger = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert stranger.get(f"/jobs/{job.id}").status_code == 404
    assert stranger.post(f"/jobs/{job.id}/cancel").status_code == 404


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("UNIQUE constraint failed: worker.id_digest", 409),
        ('duplicate key value violates unique constraint "uq_worker_id_digest"', 409),
        ("NOT NULL constraint failed: hukou_rule.ranking_text", 500),
        (
            'null value in column "ranking_text" of relation "settlement_rule" violates not-null constraint',
            500,
        ),
    ],
)
def test_a_column_we_left_empty_is_not_called_done_already(app: Flask, words: str, code: int) -> None:
    problem = IntegrityError("", {}, Exception(words))
    with app.test_request_context("/", method="POST"):
        assert app.make_response(errors.collided(problem)).status_code == code


def test_a_collision_says_the_real_reason_and_nobody_was_faster(app: Flask) -> None:
    told = {
        "UNIQUE constraint failed: worker.id_digest": "这个身份证号已经登记过",
        'violates unique constraint "uq_organisation_credit_code"': "统一社会信用代码已经登记过",
        "UNIQUE constraint failed: job.name": "同样的一条已经登记过",
        "CHECK constraint failed: ck_job_order_headcount": "招聘人数至少是 1",
        "FOREIGN KEY constraint failed": "用到的一条记录已经不在了",
    }
    for words, reason in told.items():
        with app.test_request_context("/", method="POST"):
            page, code = errors.collided(IntegrityError("", {}, Exception(words)))
        assert (code, reason in page, "别人" in page) == (409, True, False), words


def test_every_reason_belongs_to_a_rule_of_the_tables() -> None:
    assert set(REASONS) <= {name for name, _spellings in rules()}


@pytest.mark.parametrize("typed", ["", "待定", "\x7f\x85", " \u200b "])
def test_a_day_that_must_be_told_is_asked_for_until_it_is(app: Flask, typed: str) -> None:
    class Leaving(InnerForm):
        on = day_field("离开日期", must=True)

    with app.test_request_context():
        form = Leaving(MultiDict({"on": typed}))
        assert not form.validate()
        assert form.on.errors
        assert Leaving(MultiDict({"on": "2017年5月3日"})).validate()


def test_rarer_buttons_of_a_head_stand_behind_one_with_what_lists_can_do(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    make_worker(session)
    page = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)).get("/workers").text
    behind = page.partition('<details class="more-actions">')[2].partition("page-head")[0]
    behind, after = behind[: behind.index("导入花名册")], behind[behind.index("导入花名册") :]
    for word in ("更多", "下载模板", "导出花名册", "快速录入几个人", "导出这张表", "打印", "选列"):
        assert word in behind, word
    assert "登记一个人" in after
