"""The columns of a room's spreadsheet: what we write, what we understand, what must be there."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kit.files.cells.cell import tidy
from app.kit.files.spreadsheet import Cell, Column
from app.kit.web.guards import LOCALES
from models.i18n import N_, Sentence

Said = TypeVar("Said")


def plain_header(text: Cell) -> str:
    """A heading without blanks, brackets' content, stars and colons, in small letters."""
    return re.sub(r"[（(].{0,200}?[)）]|[\s*＊:：]", "", tidy(str(text))).casefold()


def in_each_language(say: Callable[[], Said]) -> list[Said]:
    """What ``say`` says in each language: what we wrote in one must read back in in another."""
    said = []
    for language in LOCALES:
        with force_locale(language):
            said.append(say())
    return said


@dataclass(frozen=True)
class Heading:
    """One column: its name here, the heading we write, other headings we understand, width, a hint.

    ``tells`` are the fields of a form that one column of theirs fills at once ("4500-5500").
    """

    field: str
    header: str
    also: tuple[str, ...] = ()
    width: int = 12
    hint: str = ""
    tells: tuple[str, ...] = ()


REASON = Heading("", N_("退回原因"), width=60)


@dataclass(frozen=True)
class Layout:
    """A room's columns. ``must`` stand in every heading row; ``only_read`` are never written by us.

    A row counts when one of ``filled`` is (none named: when any cell is); ``most_rows`` of them go in one
    file. ``joined`` are the free texts in which several columns of theirs may be laid together. ``no_field``
    are columns that we know and keep no field for: nobody is asked about them, their words are kept.
    """

    headings: tuple[Heading, ...]
    must: frozenset[str]
    most_rows: int
    only_read: tuple[Heading, ...] = ()
    filled: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    no_field: tuple[Heading, ...] = ()
    by_field: dict[str, Heading] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "by_field", {heading.field: heading for heading in (*self.headings, *self.only_read)}
        )

    def known(self) -> dict[str, str]:
        """The field by each heading we understand, in every language, written plainly."""
        headings = (REASON, *self.headings, *self.only_read, *self.no_field)
        fields = {plain_header(name): heading.field for heading in headings for name in heading.also}
        for said in in_each_language(
            lambda: {plain_header(_(heading.header)): heading.field for heading in headings}
        ):
            fields |= said
        return fields

    def header_of(self, name: str) -> str:
        """The heading of a field, a word to translate."""
        return self.by_field[name].header

    def headers_of(self, names: Collection[str]) -> list[Sentence]:
        """The headings of fields, in the order of the columns."""
        return [Sentence(heading.header) for heading in self.headings if heading.field in names]


def columns_of(layout: Layout, choices: Callable[[str], Sequence[str]] = lambda name: ()) -> list[Column]:
    """The columns we write, with the words to choose from and a hint on filling them in."""
    return [
        Column(
            _(heading.header),
            heading.width,
            tuple(choices(heading.field)),
            _(heading.hint) if heading.hint else "",
        )
        for heading in layout.headings
    ]
