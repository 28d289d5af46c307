"""A start: what is there is found quickly, all is loaded once, closed accounts are not offered."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from alembic import command
from sqlalchemy.orm import Session

import config
from app.accounts import operations as accounts
from app.commands import prepare
from app.commands.children import Parted, begin_apart, end_apart
from app.commands.demo.accounts import DEMO_PASSWORD, DEMO_PIN, demo_accounts
from app.commands.demo.telephones import account_numbers
from models.access import SYSTEM, Role
from models.clock import utc_now
from models.scorecard import Scorecard, ScorecardState
from models.user import User
from tests.factories.people import make_user, make_worker
from tests.factories.ports import free_port
from tests.factories.watched_process import tree
from tests.stories.platform import at_work_in, environment, inside, prepared_folder


def test_where_the_tables_are_the_newest_alembic_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(prepared_folder(accounts=False), tmp_path, dirs_exist_ok=True)
    asked: list[str] = []
    monkeypatch.setattr(command, "upgrade", lambda _settings, to: asked.append(to))
    with at_work_in(inside(tmp_path)) as session:
        assert prepare.upgrade() == prepare.newest_version()
        assert asked == []
        assert not prepare.is_up(), "nobody is in the register: there is something to do"
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0072'")
        session.commit()
        prepare.upgrade()
        assert asked == ["head"]


def test_an_upgrade_leaves_sqlite_with_counts_of_the_indexes_it_made(tmp_path: Path) -> None:
    """Without them a page of a million people took ten times as long until the next night."""
    shutil.copytree(prepared_folder(accounts=False), tmp_path, dirs_exist_ok=True)
    with at_work_in(inside(tmp_path)) as session:
        newest = prepare.newest_version()
        make_worker(session)
        session.commit()
        settings = prepare.settings_of_migrations()
        with session.get_bind().engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.downgrade(settings, "0073")
        known = "SELECT count(*) FROM sqlite_stat1 WHERE idx = 'ix_worker_county_birth'"
        assert prepare.upgrade() == newest
        assert session.connection().exec_driver_sql(known).scalar() == 1


def test_closed_accounts_are_not_offered_at_a_start(session: Session) -> None:
    """The demo's password is told only of accounts that it opens."""
    stored = accounts.hasher.hash(DEMO_PASSWORD)
    for name in ("county", "city", "auditor"):
        accounts.add_user(session, SYSTEM, name, name, stored, must_change=False)
    own = accounts.hasher.hash("another one altogether")
    accounts.add_user(session, SYSTEM, "admin", "admin", own, must_change=False)
    session.flush()
    county = session.query(User).filter_by(username="county").one()
    accounts.set_active(session, SYSTEM, county, False, utc_now())
    assert [name for name, _role in demo_accounts(session)] == ["city", "auditor"]


def test_a_closed_telephone_is_not_offered_at_a_start(session: Session) -> None:
    worker_id = make_worker(session).id
    user = accounts.add_user(
        session, SYSTEM, "88001234", "沙马", accounts.hasher.hash(DEMO_PIN), must_change=False
    )
    user.worker_id = worker_id
    session.flush()
    assert account_numbers(session) == ["88001234"]
    accounts.set_active(session, SYSTEM, user, False, utc_now())
    assert account_numbers(session) == []


def test_a_parted_child_runs_a_command_and_says_how_it_ended(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text("{}")
    bad.write_text("{")
    for source, status in ((good, 0), (bad, 1)):
        child = Parted([sys.executable, "-m", "json.tool", str(source), str(tmp_path / "out")], 9, None)
        assert child.wait(timeout=30) == status
        assert child.poll() == status, "whoever asks again is told the same"
    assert (tmp_path / "out").read_text().strip() == "{}"


def test_a_parted_child_ends_when_it_is_told_so_at_once() -> None:
    child = Parted([sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1"], 9, None)
    os.killpg(child.pid, signal.SIGTERM)
    assert child.wait(timeout=30) == -signal.SIGTERM


def test_what_is_done_apart_fails_the_start_when_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise click.ClickException("the facts are not there")

    end_apart(begin_apart(lambda: None))
    with pytest.raises(click.ClickException, match="not brought up"):
        end_apart(begin_apart(fail))
    assert "the facts are not there" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_web_server_and_worker_part_from_the_supervisor_and_come_back_when_they_die(tmp_path: Path) -> None:
    """Loading once is what makes a second start quick; what died is begun anew, by its own command."""
    shutil.copytree(prepared_folder(accounts=False), tmp_path, dirs_exist_ok=True)
    port = free_port()
    words = (sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--quiet", "--port", str(port))
    server = subprocess.Popen(words, env=environment(tmp_path, None), cwd=config.ROOT, start_new_session=True)
    try:
        _answers(port)
        there = {_name(number): number for number in tree(server.pid)[1:]}
        assert set(there) == {"gunicorn", "work"}
        assert {_words(number) for number in there.values()} == {_words(server.pid)}, "none began with a load"
        master = next(number for number in tree(server.pid)[1:] if _name(number) == "gunicorn")
        os.kill(master, signal.SIGKILL)
        _until(lambda: any("gunicorn" in _words(number) for number in tree(server.pid)))
        _answers(port)
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0
    assert not [number for number in there.values() if Path(f"/proc/{number}/cmdline").exists()]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_platform_that_is_watched_counts_in_each_process_and_tells_of_all_at_one_address(
    tmp_path: Path,
) -> None:
    """With METRICS set children begin by themselves: the library asks at once where to count."""
    shutil.copytree(prepared_folder(accounts=False), tmp_path, dirs_exist_ok=True)
    port, told_at = free_port(), free_port()
    watched = environment(tmp_path, None) | {"METRICS": f"127.0.0.1:{told_at}"}
    words = (sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--quiet", "--port", str(port))
    server = subprocess.Popen(words, env=watched, cwd=config.ROOT, start_new_session=True)
    signed_in = 'xieshou_requests_total{method="GET",route="/sign-in",status="200"}'
    try:
        _answers(port)
        began = " ".join(_words(number) for number in tree(server.pid)[1:])
        assert "gunicorn" in began
        assert " work" in began
        before = _told(told_at)[signed_in]
        assert before >= 1
        master, worker = _serving(server.pid)
        os.kill(worker, signal.SIGKILL)
        _until(lambda: worker not in tree(server.pid) and len(_serving(server.pid)) == 2)
        assert master in tree(server.pid)
        _answers(port)
        _until(lambda: _told(told_at)[signed_in] > before)
        _until(lambda: _told(told_at).get("xieshou_worker_silent_seconds", 99) < 60)
        assert _told(told_at)["xieshou_database_up"] == 1
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0


def _serving(supervisor: int) -> list[int]:
    return [number for number in tree(supervisor) if "gunicorn" in _words(number)]


def _told(port: int) -> dict[str, float]:
    """What Prometheus reads, by its names and labels."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def _answers(port: int) -> None:
    def is_there() -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    _until(is_there)


def _until(is_so: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _name(number: int) -> str:
    return Path(f"/proc/{number}/comm").read_text().strip()


def _words(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def test_the_first_card_is_learned_by_the_job_worker_where_one_will_run(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first start does not wait for it; whoever looks meanwhile sees a card that is being learned."""
    sent: list[str] = []
    monkeypatch.setattr("app.kit.web.queue._push", lambda _number, name: sent.append(name))
    make_user(session, Role.ADMIN).username = "admin"
    session.commit()
    prepare.learn_demo_card(has_worker=True)
    (card,) = session.query(Scorecard)
    assert card.state is ScorecardState.LEARNING
    assert card.job is not None
    assert sent == ["learn_card"]
