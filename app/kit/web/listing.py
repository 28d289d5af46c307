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
from app.kit.web.grouping import BEHIND, BY, Group, Grouping, groups, groups_of, rest_of
from app.kit.web.guards import current_actor
from app.kit.web.ordering import DOWN, LETTERS, SORT, Ordering, Sort, loaded, ordered
from app.kit.web.purposes import PurposeForm
from app.kit.web.whole_list import Total, Whole, total_lately
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
    ``kinds``: for values of an address their enumeration, or their words (msgids); ``sorts``: the columns by
    which it can be put in order; ``options``: what is loaded with a row.
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
    sorts: tuple[Sort, ...] = ()
    options: tuple[Any, ...] = ()

    def asked(self, values: Mapping[str, str]) -> dict[str, str]:
        """What of ``values`` narrows this list."""
        names = (*self.names, *((BY,) if self.groupings else ()), *((SORT,) if self.sorts else ()))
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

    def ordering(self, actor: Actor, asked: Asked) -> Ordering | None:
        """The order that ``asked`` wants, of those open to ``actor``; None: the list's own."""
        if self.whole is None:
            return None
        grouping = next((one for one in self.offered(actor, asked) if one.name == asked.get(BY)), None)
        if grouping is not None:
            return Ordering.of_groups(grouping)
        told = asked.get(SORT, "")
        sort = next((one for one in self.sorted_by(actor, asked) if one.key == told.removeprefix(DOWN)), None)
        return None if sort is None else Ordering(sort, told.startswith(DOWN))

    def sorted_by(self, actor: Actor, asked: Asked) -> list[Sort]:
        """The columns by which ``actor`` may put it in order, narrowed so."""
        return [one for one in self.sorts if one.is_offered(actor, asked)]

    def read(
        self, session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
    ) -> tuple[Sequence[Any], str]:
        """A page in the order that ``asked`` wants, and the place of the next ("" for none)."""
        ordering = self.ordering(actor, asked)
        if ordering is None or self.whole is None:
            return self.page(session, actor, asked, today, place, size)
        whole = self.whole(session, actor, asked, today)
        number = int(place) if place.isdecimal() and len(place) < 10 else None
        found = ordered(session, whole, ordering, number, size + 1)
        numbers = [one for one, _key in found[:size]]
        if ordering.grouping is not None and has_request_context():
            g.list_heads = Heads.of(session, whole, ordering.grouping, found[:size])
        rows = loaded(session, whole, self.options, numbers)
        return rows, str(numbers[-1]) if len(found) > size else ""

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
            rows, place = self.read(session, actor, asked, today, place, min(CHUNK, most + 1))
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
            rows, place = self.read(session, actor, asked, today, place, CHUNK)
            told = list(self.cells(session, actor, rows, today))
            session.expunge_all()
            session.rollback()
            yield from told[: MOST_ROWS + 1 - count]
            count += len(told)
            if not place:
                return


@dataclass(frozen=True)
class Heads:
    """The groups of a page, each by the number of the first row that stands in it."""

    model: Any
    groups: Mapping[int, Group]

    @classmethod
    def of(
        cls, session: Session, whole: Whole, grouping: Grouping, found: Sequence[tuple[int, Any]]
    ) -> "Heads":
        """``found``: the rows of the page, each with its value."""
        firsts: dict[Any, int] = {}
        for number, value in found:
            firsts.setdefault(grouping.key_of(value), number)
        keys = [key for key in firsts if key is not None]
        told = {
            firsts[key]: one for key, one in zip(keys, groups_of(session, whole, grouping, keys), strict=True)
        }
        if None in firsts:
            told[firsts[None]] = rest_of(session, whole, grouping)
        return cls(whole.model, told)


def group_before(row: Any) -> Group | None:
    """The group that begins with ``row`` in the list of the page that is being answered."""
    heads: Heads | None = g.get("list_heads") if has_request_context() else None
    return heads.groups.get(row.id) if heads and isinstance(row, heads.model) else None


@dataclass(frozen=True)
class Heading:
    """The heading of a column that can be sorted by: how it is now ("" for not), and where a touch leads."""

    state: str
    url: str


def sort_heading(key: str) -> Heading | None:
    """Of the column ``key`` of the list that is being answered: rising, falling, the list's own order."""
    listing = listing_here()
    if listing is None or not key or not listing.sorts:
        return None
    actor, asked = current_actor(), listing.asked_here()
    if key not in {one.key for one in listing.sorted_by(actor, asked)}:
        return None
    now = "" if asked.get(BY) else asked.get(SORT, "")
    state = {key: "ascending", DOWN + key: "descending"}.get(now, "")
    following = {"": key, "ascending": DOWN + key, "descending": ""}[state]
    where: dict[str, Any] = listing.without(asked, SORT, BY) | ({SORT: following} if following else {})
    if request.args.get(PICK) == "1":
        where[PICK] = 1
    return Heading(state, url_for(listing.endpoint, **where))


def letters_here() -> str:
    """The letters to which the list being answered can be turned: names stand in it in order."""
    listing = listing_here()
    if listing is None:
        return ""
    actor, asked = current_actor(), listing.asked_here()
    ordering = listing.ordering(actor, asked)
    return LETTERS if ordering and ordering.sort.has_letters(actor, asked) else ""


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
    if not has_request_context():
        return None
    if "list_groups" not in g:
        g.list_groups = _grouped()
    found: Grouped | None = g.list_groups
    return found


def _grouped() -> Grouped | None:
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
    narrowed = listing.without(asked, BY, SORT, chosen.narrows)
    return Grouped(chosen, found, following, bool(behind), narrowed)


def total_here() -> Total | None:
    """How many rows the list has whose page is being answered."""
    listing = listing_here()
    if listing is None or listing.whole is None:
        return None
    return total_lately(db.session, listing.whole(db.session, current_actor(), listing.asked_here(), today()))


def init_app(app: Flask) -> None:
    """Let pages know their list, and tables which columns are left out."""
    asks = partial(PurposeForm, formdata=None)
    told = {"listing_here": listing_here, "grouped_here": grouped_here, "total_here": total_here}
    in_order = {"group_before": group_before, "sort_heading": sort_heading, "letters_here": letters_here}
    app.jinja_env.globals.update(**in_order)
    app.jinja_env.globals.update(**told, own_view=own_view, purpose_question=asks)
