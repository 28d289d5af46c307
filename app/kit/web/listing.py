"""Lists that can be taken along: an area says what narrows its list, how a page of it is read, and what its
columns say. From that come the file of just what is shown, saved filters and the choice of columns.

A page reads its rows through the same function as the file, so that the two cannot part.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from flask import Flask, g, has_request_context, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.bulk.acts import Many
from app.kit.web.extensions import db
from app.kit.web.grouping import BEHIND, BY, Group, Grouping, groups
from app.kit.web.guards import current_actor
from app.kit.web.purposes import PurposeForm
from app.kit.web.whole_list import Total, Whole, total
from models.access import Actor, Permission
from models.clock import today
from models.i18n import N_
from models.lists import SavedList

# More would be no table any more that somebody reads; the page says so and asks to narrow.
MOST_ROWS, CHUNK = 100_000, 500
LONGEST_ASKED, MOST_SAVED = 60, 30
PICK = "pick"  # in an address: with boxes to tick

Asked = Mapping[str, str]
ReadPage = Callable[[Session, Actor, Asked, date, str, int], tuple[Sequence[Any], str]]
Cells = Callable[[Session, Actor, Sequence[Any], date], Iterable[Mapping[str, Any]]]
AllRows = Callable[[Session, Actor, Asked, date], Whole]


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
    keys of the columns. ``of_persons``: who takes it along says what for. ``whole``: all its rows, for
    totals, groups and jumps; ``place_name``: the name of the place in its address; ``has_days``: it stands in
    the order of last days, so that a day is a place; ``many``: what can be done to many of its rows;
    ``kinds``: for values of an address their enumeration, or their words (msgids).
    """

    endpoint: str
    noun: str
    permission: Permission
    columns: tuple[Said, ...]
    names: tuple[str, ...]
    page: ReadPage
    cells: Cells
    of_persons: bool = True
    whole: AllRows | None = None
    groupings: tuple[Grouping, ...] = ()
    place_name: str = "after"
    has_days: bool = False
    many: Many | None = None
    kinds: Mapping[str, Any] = field(default_factory=dict)

    def asked(self, values: Mapping[str, str]) -> dict[str, str]:
        """What of ``values`` narrows this list."""
        names = (*self.names, BY) if self.groupings else self.names
        kept = {name: values.get(name, "").strip()[:LONGEST_ASKED] for name in names}
        return {name: value for name, value in kept.items() if value}

    def asked_here(self) -> dict[str, str]:
        """What narrows the list on the page that is being answered."""
        return self.asked(request.args)

    def where(self, asked: Asked) -> dict[str, str]:
        """The parts of the address of the list narrowed so."""
        return dict(asked)

    @property
    def jumps(self) -> str:
        """What can be typed to get further on in the list (msgid)."""
        return N_("跳到第几页，或哪天到期的") if self.has_days else N_("跳到第几页")

    def at(self, place: str) -> str:
        """The address of the list as the page being answered has it, at another place ("": the start)."""
        where: dict[str, Any] = {**self.asked_here(), **({self.place_name: place} if place else {})}
        if request.args.get(PICK) == "1":
            where[PICK] = 1
        return url_for(self.endpoint, **where)

    def with_(self, asked: Asked, **more: str) -> dict[str, str]:
        """The parts of an address with some more."""
        return {**asked, **more}

    def without(self, asked: Asked, *names: str) -> dict[str, str]:
        """The parts of an address but some."""
        return {name: value for name, value in asked.items() if name not in names}

    def offered(self, actor: Actor, asked: Asked) -> list[Grouping]:
        """The ways to group it that make sense for ``actor``, narrowed so."""
        return [one for one in self.groupings if one.is_offered(actor, asked)]

    def shown(self, hidden: Iterable[str]) -> list[Said]:
        """The columns but those left out; the first always stays."""
        left_out = set(hidden)
        return [one for place, one in enumerate(self.columns) if not place or one.key not in left_out]

    def may_take(self, actor: Actor) -> bool:
        """Whether ``actor`` may have it as a file; a list opened for a while only is read, not taken."""
        return actor.can(self.permission) and not (self.of_persons and actor.opened_until)

    def some(
        self, session: Session, actor: Actor, asked: Asked, today: date, most: int
    ) -> list[Mapping[str, Any]]:
        """The first rows, at most one more than ``most``, within the caller's transaction."""
        told: list[Mapping[str, Any]] = []
        place = ""
        while len(told) <= most:
            rows, place = self.page(session, actor, asked, today, place, min(CHUNK, most + 1))
            told += self.cells(session, actor, rows, today)
            if not place:
                break
        return told[: most + 1]

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


@dataclass(frozen=True)
class Grouped:
    """The list in groups: the way it is grouped, one page of groups, and the key behind which more follow."""

    grouping: Grouping
    groups: Sequence[Group]
    following: str
    is_later: bool
    narrowed: Mapping[str, str]

    def into(self, group: Group) -> dict[str, str]:
        """The parts of the address of the list of one group."""
        return {**self.narrowed, self.grouping.narrows: group.key}


def grouped_here() -> Grouped | None:
    """The groups of the list whose page is being answered, where its address asks for them."""
    listing = listing_here()
    if listing is None or listing.whole is None or not request.args.get(BY):
        return None
    actor, asked = current_actor(), listing.asked_here()
    chosen = next((one for one in listing.offered(actor, asked) if one.name == asked.get(BY)), None)
    if chosen is None:
        return None
    behind = request.args.get(BEHIND, "")[:LONGEST_ASKED]
    whole = listing.whole(db.session, actor, asked, today())
    found, following = groups(db.session, whole, chosen, behind)
    narrowed = {name: value for name, value in asked.items() if name not in (BY, chosen.narrows)}
    return Grouped(chosen, found, following, bool(behind), narrowed)


def total_here() -> Total | None:
    """How many rows the list has whose page is being answered."""
    listing = listing_here()
    if listing is None or listing.whole is None:
        return None
    return total(db.session, listing.whole(db.session, current_actor(), listing.asked_here(), today()))


def init_app(app: Flask) -> None:
    """Let pages know their list, and tables which columns are left out."""
    asks = partial(PurposeForm, formdata=None)
    told = {"listing_here": listing_here, "grouped_here": grouped_here, "total_here": total_here}
    app.jinja_env.globals.update(**told, own_view=own_view, purpose_question=asks)
