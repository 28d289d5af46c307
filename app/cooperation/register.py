"""What a register is: its columns of the table ``register_entry``, what they are called, and its rules."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from models.access import Actor
from models.cooperation.entry import RegisterEntry
from models.i18n import N_, Sentence

Words = tuple[tuple[str, str], ...]


class Form(StrEnum):
    """How a column is typed, read in a sheet and shown."""

    TEXT = "text"
    PARAGRAPH = "paragraph"
    DAY = "day"
    PAST = "past"
    COUNT = "count"
    YUAN = "yuan"
    CHOICE = "choice"
    PLACE = "place"
    CITY = "city"
    PARENT = "parent"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Column:
    """A column of ``register_entry`` under the word that it has in one register.

    ``also``: headings of other people's sheets that mean it. ``listed``: it stands in the list, too.
    ``choices``: (value, word), for CHOICE. ``of``: the register of the parent, for PARENT. ``after``: the
    column before whose day this one cannot lie.
    """

    name: str
    word: str
    form: Form = Form.TEXT
    must: bool = False
    listed: bool = True
    also: tuple[str, ...] = ()
    choices: Words = ()
    most: int = 60
    of: str = ""
    after: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure of one line, counted, never typed: its word, its value (a sentence, where the reader may
    not have it exactly), and the page of its rows."""

    word: str
    value: int | Sentence
    url: str = ""


PLACE = Column(
    "place_code", N_("被帮扶地方"), Form.PLACE, must=True, also=("市州县", "县（市、区）", "受援地")
)
CITY = Column("city_code", N_("帮扶市"), Form.CITY, must=True, also=("帮扶方", "支援方"))
NOTE = Column("note", N_("说明"), Form.PARAGRAPH, listed=False, also=("备注",), most=1000)


def nothing_against(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    """No rule but those of the kit."""
    return ()


def nothing_counted(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """No figure to count."""
    return ()


@dataclass(frozen=True)
class Register:
    """One register. ``article``: which of the document's it answers (app.cooperation.articles).

    ``columns`` come after place and city, the title first; ``rules`` are what it refuses beyond the kit's own
    (the pairing holds on the day, both ends are the writer's); ``figures`` are counted for a line's page;
    ``children``: registers whose lines belong to a line of this one. ``expects``: what people say of it where
    it is empty. ``people``: what the persons of the register on a line are called; "" where it names none.
    """

    key: str
    noun: str
    article: int
    columns: tuple[Column, ...]
    expects: str = ""
    rules: Callable[[Session, RegisterEntry, date], Iterable[Sentence]] = nothing_against
    figures: Callable[[Session, Actor, RegisterEntry, date], Iterable[Figure]] = nothing_counted
    children: tuple[str, ...] = ()
    people: str = ""
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", (PLACE, CITY, *self.columns))
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})
        if unknown := set(self.by_name) - set(RegisterEntry.__mapper__.columns.keys()):
            raise ValueError(f"{self.key}: no columns of register_entry: {sorted(unknown)}")

    @property
    def listed(self) -> tuple[Column, ...]:
        """The columns of the list, the title first."""
        shown = [column for column in self.columns if column.listed]
        return tuple(sorted(shown, key=lambda column: column.name != "title"))

    @property
    def must(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns if column.must)

    def words_of(self, name: str) -> Mapping[str, str]:
        """The word of each value of a CHOICE."""
        return dict(self.by_name[name].choices)

    def day_of(self, entry: RegisterEntry) -> date | None:
        """The day on which the pairing has to hold: of the event itself, else of its end."""
        day: Any = entry.held_on or entry.due_on or entry.done_on
        found: date | None = day
        return found


@cache
def registers() -> Mapping[str, Register]:
    """Every register by its key, as the files of ``registers`` declare them."""
    from app.cooperation import registers as package

    modules = [
        importlib.import_module(f"{package.__name__}.{one.name}")
        for one in pkgutil.iter_modules(package.__path__)
    ]
    declared = [register for module in modules for register in module.REGISTERS]
    return {register.key: register for register in declared}
