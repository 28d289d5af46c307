"""An installation looked at from outside: its environment, settings and database, as far as they go."""

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, func, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import config
from app.kit.web.connections import engine_options
from models import vault
from models.row_security import PREFIX


class State(enum.StrEnum):
    """How bad it is: a warning may stay, a problem must be mended."""

    GOOD = "good"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "not looked at"


@dataclass(frozen=True)
class Finding:
    """What one check found, and what to do about it."""

    check: str
    state: State
    told: str
    mend: str = ""


@dataclass(frozen=True)
class Told:
    """A check's own words, before its name is put to them."""

    state: State
    text: str
    mend: str = ""


def good(text: str) -> Told:
    """Nothing to do."""
    return Told(State.GOOD, text)


def warning(text: str, mend: str) -> Told:
    """Works, but ought to be looked at."""
    return Told(State.WARNING, text, mend)


def problem(text: str, mend: str) -> Told:
    """Must be mended."""
    return Told(State.PROBLEM, text, mend)


class NotYet(Exception):
    """What a check looks at is not there yet; ``args[0]`` says what has to come first."""


class Case:
    """One installation. Whatever a check needs and cannot have raises, and is told as not looked at."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self.unsafe = list(config.unsafe_settings(self.env))

    @property
    def in_production(self) -> bool:
        """Whether the environment says so."""
        return self.env.get("XIESHOU_ENV") == "production"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the platform would start with. Raises SettingsError."""
        settings = config.load(self.env)
        vault.configure(
            vault.KeyRing(
                settings["SEALING_KEYS"],
                settings["SEALING_KEY_CURRENT"],
                settings["DIGEST_KEY"],
                settings["AUDIT_KEYS"],
                settings["AUDIT_KEY_CURRENT"],
            )
        )
        return settings

    @cached_property
    def engine(self) -> Engine:
        """The database, not opened yet."""
        return create_engine(**engine_options(self.settings["DATABASE_URL"]))

    @cached_property
    def connection(self) -> Connection:
        """One that only reads. Raises OperationalError where the database does not answer."""
        file = self.engine.url.database
        if not self.is_postgres and not Path(str(file)).exists():
            raise NotYet(f"there is no database yet: {file}")
        connection = self.engine.connect().execution_options(readonly=True)
        if self.is_postgres:  # outside of an application nobody says who looks (models/row_security.py)
            connection.execute(select(func.set_config(f"{PREFIX}scope", "all", False)))
            connection.commit()
        return connection

    @cached_property
    def session(self) -> Session:
        """A session on :attr:`connection`. Raises NotYet where there are no tables."""
        if not inspect(self.connection).has_table("alembic_version"):
            raise NotYet("the tables have to be made first")
        return Session(self.connection)

    @property
    def is_postgres(self) -> bool:
        """Which of the two databases it is."""
        return self.engine.dialect.name == "postgresql"

    def close(self) -> None:
        """Let go of the database."""
        if "connection" in self.__dict__:
            self.connection.close()
        if "engine" in self.__dict__:
            self.engine.dispose()


Look = Callable[[Case], Iterator[Told]]


@dataclass(frozen=True)
class Check:
    """One thing that is looked at; ``right`` is how it ought to be."""

    name: str
    right: str
    look: Look


CHECKS: list[Check] = []
FLOORS = ("machine", "database", "service")


def check(name: str, right: str) -> Callable[[Look], Look]:
    """Decorator: a function that yields what it found about one thing."""

    def register(look: Look) -> Look:
        CHECKS.append(Check(name, right, look))
        return look

    return register


def in_order() -> list[Check]:
    """From the ground up: the machine, the database, what runs."""
    return sorted(CHECKS, key=lambda one: FLOORS.index(one.look.__module__.rpartition(".")[2]))


def examine(case: Case) -> list[Finding]:
    """Look at everything; a check that cannot be made stops none of the others."""
    return [
        Finding(one.name, told.state, told.text, told.mend)
        for one in in_order()
        for told in _looked(one, case)
    ]


def _looked(one: Check, case: Case) -> list[Told]:
    try:
        return list(one.look(case)) or [good(one.right)]
    except NotYet as missing:
        return [Told(State.UNKNOWN, str(missing))]
    except config.SettingsError:
        return [Told(State.UNKNOWN, "the settings have to be mended first")]
    except DBAPIError as broken:
        return [Told(State.UNKNOWN, f"the database did not answer: {str(broken.orig).partition(chr(10))[0]}")]
    except OSError as broken:
        return [Told(State.UNKNOWN, f"{broken.strerror}: {broken.filename}")]
