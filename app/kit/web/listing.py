"""Lists that can be taken along: an area says what narrows its list, how a page of it is read, and what its
columns say. From that come the file of just what is shown, saved filters and the choice of columns.

A page reads its rows through the same function as the file, so that the two cannot part.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import Flask, g, has_request_context, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor
from app.kit.web.purposes import PurposeForm
from models.access import Actor, Permission
from models.lists import SavedList

# More would be no table any more that somebody reads; the page says so and asks to narrow.
MOST_ROWS, CHUNK = 100_000, 500
LONGEST_ASKED, MOST_SAVED = 60, 30

Asked = Mapping[str, str]
ReadPage = Callable[[Session, Actor, Asked, date, str, int], tuple[Sequence[Any], str]]
Cells = Callable[[Session, Actor, Sequence[Any], date], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Said:
    """A column: ``key`` is also that of the page's column, ``heading`` a msgid."""

    key: str
    heading: str
    width: int = 14


@dataclass(frozen=True)
class Listing:
    """A list by the endpoint of its page. ``noun``: a msgid; ``names``: what of the address narrows it.

    ``page`` answers with rows and the place of the next ("" for none); ``cells`` with a row's values by the
    keys of the columns. ``of_persons``: who takes it along says what for.
    """

    endpoint: str
    noun: str
    permission: Permission
    columns: tuple[Said, ...]
    names: tuple[str, ...]
    page: ReadPage
    cells: Cells
    of_persons: bool = True

    def asked(self, values: Mapping[str, str]) -> dict[str, str]:
        """What of ``values`` narrows this list."""
        kept = {name: values.get(name, "").strip()[:LONGEST_ASKED] for name in self.names}
        return {name: value for name, value in kept.items() if value}

    def asked_here(self) -> dict[str, str]:
        """What narrows the list on the page that is being answered."""
        return self.asked(request.args)

    def where(self, asked: Asked) -> dict[str, str]:
        """The parts of the address of the list narrowed so."""
        return dict(asked)

    def shown(self, hidden: Iterable[str]) -> list[Said]:
        """The columns but those left out; the first always stays."""
        left_out = set(hidden)
        return [one for place, one in enumerate(self.columns) if not place or one.key not in left_out]

    def may_take(self, actor: Actor) -> bool:
        """Whether ``actor`` may have it as a file; a list opened for a while only is read, not taken."""
        return actor.can(self.permission) and not (self.of_persons and actor.opened_until)

    def rows(self, session: Session, actor: Actor, asked: Asked, today: date) -> Iterator[Mapping[str, Any]]:
        """Everything the pages would show, one after the other, at most one row more than MOST_ROWS.

        Each chunk has a reading transaction of its own: a long one would keep writers waiting on SQLite.
        """
        place, count = "", 0
        while count <= MOST_ROWS:
            session.connection(execution_options={"readonly": True})
            rows, place = self.page(session, actor, asked, today, place, CHUNK)
            told = list(self.cells(session, actor, rows, today))
            session.expunge_all()
            session.rollback()
            yield from told[: MOST_ROWS + 1 - count]
            count += len(told)
            if not place:
                return


LISTINGS: dict[str, Listing] = {}


def listed(listing: Listing) -> Listing:
    """Register a list under its endpoint."""
    LISTINGS[listing.endpoint] = listing
    return listing


def listing_here() -> Listing | None:
    """The list whose page is being answered."""
    return LISTINGS.get(request.endpoint or "") if has_request_context() else None


@dataclass(frozen=True)
class OwnView:
    """How the reader likes this page's list: the columns left out, the filters kept under a name."""

    hidden: frozenset[str] = frozenset()
    saved: tuple[SavedList, ...] = ()


def own_view() -> OwnView:
    """Of the list whose page is being answered; asked for once."""
    if not has_request_context():
        return OwnView()
    if "own_view" not in g:
        g.own_view = _own_view()
    view: OwnView = g.own_view
    return view


def _own_view() -> OwnView:
    listing = listing_here()
    if listing is None or current_actor().user_id is None:
        return OwnView()
    statement = (
        select(SavedList)
        .where(SavedList.user_id == current_actor().user_id, SavedList.listing == listing.endpoint)
        .order_by(SavedList.name)
        .limit(MOST_SAVED + 1)
    )
    rows = db.session.scalars(statement).all()
    hidden = frozenset(key for row in rows if not row.name for key in row.hidden)
    return OwnView(hidden, tuple(row for row in rows if row.name))


def init_app(app: Flask) -> None:
    """Let pages know their list, and tables which columns are left out."""
    asks = partial(PurposeForm, formdata=None)
    app.jinja_env.globals.update(listing_here=listing_here, own_view=own_view, purpose_question=asks)
