"""Brings a database up: tables, reference facts and, where wanted, the demo. Safe to repeat.

Alembic and the demo are loaded where they are called: they cost a process half a second each, and neither web
server nor job worker migrates or invents people.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Connection, inspect, select, text

import config
from app.commands import fresh_tables
from app.commands.demo.accounts import actor_named
from app.commands.reference_load import load_all
from app.hukou.rules.operations.forecasts import evaluate_all
from app.kit.web.connections import look_at_tables
from app.kit.web.extensions import db
from app.kit.web.queue import Silence
from app.match_runs.scorecards import operations as cards
from app.reference.audit.operations import begin_if_new
from app.reports.kept import refresh as keep_figures
from models.clock import today, utc_now
from models.people.name_index import key_waiting
from models.people.worker import Worker
from models.reference.area import Area
from models.sequences import catch_up

if TYPE_CHECKING:
    from alembic.config import Config

NIGHT_BEFORE, TREND_MONTHS, _LOCK_KEY = 10, 3, 320_161_227
VERSIONS = config.ROOT / "migrations" / "versions"


def settings_of_migrations() -> "Config":
    """Alembic's settings, wherever the command is called from."""
    from alembic.config import Config

    settings = Config(toml_file=str(config.ROOT / "pyproject.toml"))
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    return settings


def newest_version() -> str | None:
    """The version that the code needs."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(settings_of_migrations()).get_current_head()


def upgrade() -> str:
    """Bring the tables to the newest version, which is returned. Whoever comes second waits, and has nothing
    to do: then Alembic is not even loaded.

    Tables of an earlier version are counted anew: of an index made just now SQLite knows nothing until the
    night, and a register of a million people took 1.4 s a page instead of 0.1 s.
    """
    with alone(), db.engine.connect() as connection:
        before = version_of(connection)
        if before is None and fresh_tables.begin(connection, newest_file()):
            pass
        elif before != newest_file():
            from alembic import command

            settings = settings_of_migrations()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
        catch_up(connection)
        connection.commit()
    if before not in (None, newest_file()):
        look_at_tables(db.session)
    begin_anchor()
    return newest_file()


def newest_file() -> str:
    """The newest version by the names of the migrations' files."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def version_of(connection: Connection) -> str | None:
    """The version the tables have; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def is_up() -> bool:
    """Whether the tables are the newest and somebody is in the register: then a start has little to do."""
    with db.engine.connect() as connection:
        is_newest = version_of(connection) == newest_file()
    return is_newest and has_people()


def has_people() -> bool:
    """Whether somebody is in the register."""
    found = db.session.scalar(select(Worker.id).limit(1)) is not None
    db.session.rollback()
    return found


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time brings this database up: the others of this host, or of any host, wait."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
                connection.execute(text("RESET lock_timeout"))
        return
    with (current_app.config["INSTANCE"] / "bringing-up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def begin_anchor() -> None:
    """Begin the audit's anchor on a platform in which nothing has happened yet."""
    begin_if_new(db.session, current_app.config["AUDIT_ANCHOR"], utc_now())


def if_empty() -> None:
    """Make the tables and load the facts where there are none yet: a command works in a folder never used."""
    is_ready = inspect(db.session.connection()).has_table(Area.__tablename__)
    db.session.rollback()
    if not is_ready:
        upgrade()
        load_facts()


def load_facts() -> dict[str, int]:
    """Fill the empty tables of reference facts; returns the rows loaded by table."""
    begin_anchor()
    counts = load_all(db.session)
    db.session.commit()
    return counts


def load_demo(workers: int, orders: int, number: int, has_worker: bool = False) -> dict[str, int]:
    """Fill an empty platform with the synthetic programme; a job worker that will run (``has_worker``) learns
    its card and counts its reports' figures. Raises ValueError when there are workers already."""
    from app.commands.demo.seed import seed

    load_facts()
    try:
        counts = seed(db.session, workers, orders, number, today())
    except ValueError:
        db.session.rollback()
        raise
    db.session.commit()
    key_waiting(db.session)
    for days_ago in (NIGHT_BEFORE, 0):  # who qualifies since then is news on the demo's first morning
        evaluate_all(db.session, today() - timedelta(days=days_ago))
    learn_demo_card(has_worker)
    if not has_worker:
        keep_figures(db.session, today(), TREND_MONTHS)
    return counts


def learn_demo_card(has_worker: bool) -> None:
    """Have a first card learned from the demo's outcomes; the second administrator may look at it."""
    actor = actor_named(db.session, "admin", today())
    if has_worker:
        cards.start(db.session, actor, 6, today())
        db.session.commit()
        return
    number = cards.draft(db.session, actor, 6, today()).id
    db.session.commit()
    cards.carry_out(db.session, actor, number, Silence(), today())
