"""Brings a database up: tables, reference facts and, where wanted, the demo. Safe to repeat."""

from datetime import timedelta

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

import config
from app.commands.demo.accounts import actor_named
from app.commands.demo.seed import seed
from app.commands.reference_load import load_all
from app.hukou.rules.operations.forecasts import evaluate_all
from app.kit.web.extensions import db
from app.kit.web.queue import Silence
from app.match_runs.scorecards import operations as cards
from models.clock import today
from models.people.name_index import key_waiting
from models.reference.area import Area

NIGHT_BEFORE = 10


def upgrade() -> None:
    """Bring the tables to the newest version."""
    settings = Config(toml_file=str(config.ROOT / "pyproject.toml"))
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    with db.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def if_empty() -> None:
    """Make the tables and load the facts where there are none yet: a command works in a folder never used."""
    is_ready = inspect(db.session.connection()).has_table(Area.__tablename__)
    db.session.rollback()
    if not is_ready:
        upgrade()
        load_facts()


def load_facts() -> dict[str, int]:
    """Fill the empty tables of reference facts; returns the rows loaded by table."""
    counts = load_all(db.session)
    db.session.commit()
    return counts


def load_demo(workers: int, orders: int, number: int) -> dict[str, int]:
    """Fill an empty platform with the synthetic programme. Raises ValueError when there are workers
    already."""
    try:
        counts = seed(db.session, workers, orders, number, today())
    except ValueError:
        db.session.rollback()
        raise
    db.session.commit()
    key_waiting(db.session)
    for days_ago in (NIGHT_BEFORE, 0):  # who qualifies since then is news on the demo's first morning
        evaluate_all(db.session, today() - timedelta(days=days_ago))
    learn_demo_card()
    return counts


def learn_demo_card() -> None:
    """Have a first card learned from the demo's outcomes; the second administrator may look at it."""
    actor = actor_named(db.session, "admin", today())
    number = cards.draft(db.session, actor, 6, today()).id
    db.session.commit()
    cards.carry_out(db.session, actor, number, Silence(), today())
