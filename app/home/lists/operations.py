"""Taking a list along as a file; keeping filters and columns. The caller commits."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.home.lists import queries
from app.kit.web.listing import MOST_SAVED, Listing
from app.kit.web.queue import enqueue
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.lists import ListExport, SavedList
from models.workflow import TransitionRefused

LONGEST_NAME = 40
SHOWN_DIGITS = 4


def ask_for(
    session: Session,
    actor: Actor,
    listing: Listing,
    asked: Mapping[str, str],
    hidden: Iterable[str],
    purpose: str,
) -> ListExport:
    """Note that ``actor`` wants what a list shows as a file, what for, and have the job make it."""
    export = ListExport(
        user_id=actor.user_id,
        listing=listing.endpoint,
        asked=dict(asked),
        columns=[one.key for one in listing.shown(hidden)],
        purpose=purpose,
    )
    session.add(export)
    session.flush()
    export.job_id = enqueue(session, actor, "export_list", export.id).id
    told = {name: _without_digits(value) for name, value in asked.items()}
    record(session, actor, tag_of(listing), export, purpose=purpose, name=listing.noun, key=told)
    return export


def note_print(
    session: Session, actor: Actor, listing: Listing, asked: Mapping[str, str], purpose: str, rows: int
) -> None:
    """Note that ``actor`` had a list put on paper: like a file, it leaves the house."""
    told = {name: _without_digits(value) for name, value in asked.items()}
    about = {"purpose": purpose, "name": listing.noun, "rows": rows, "key": told}
    record(session, actor, tag_of(listing), "list_export:print", **about)


def tag_of(listing: Listing) -> EventTag:
    """Rows about persons leave the house as the register does, and are watched like it."""
    return EventTag.WORKER_EXPORT if listing.of_persons else EventTag.LIST_EXPORT


def _without_digits(text: str) -> str:
    """A search text for the audit: a whole number does not stand in it."""
    digits = sum(one.isdigit() for one in text)
    return f"…{text[-SHOWN_DIGITS:]}" if digits > 2 * SHOWN_DIGITS else text


def keep(
    session: Session,
    actor: Actor,
    listing: Listing,
    export: ListExport,
    content: bytes,
    rows: int,
    is_cut: bool,
    now: datetime,
) -> None:
    """Keep the finished file and note how many rows are in it. The asker's older files are dropped."""
    export.content, export.rows, export.is_cut, export.ready_at = content, rows, is_cut, now
    session.execute(
        update(ListExport)
        .where(ListExport.user_id == export.user_id, ListExport.id < export.id)
        .values(content=None)
    )
    record(
        session,
        actor,
        tag_of(listing),
        export,
        purpose=export.purpose,
        name=listing.noun,
        rows=rows,
    )


def save_filter(
    session: Session, actor: Actor, listing: Listing, name: str, asked: Mapping[str, str]
) -> SavedList:
    """Keep a filter under a name; one of that name is replaced. Raises TransitionRefused."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise TransitionRefused(Sentence("请给这个筛选起个名字，最多 %(n)s 个字。", {"n": LONGEST_NAME}))
    if not asked:
        raise TransitionRefused(Sentence("现在没有筛选条件，先选条件再保存。"))
    row = queries.kept_under(session, actor, listing.endpoint, name)
    if row is None:
        if queries.saved_count(session, actor, listing.endpoint) >= MOST_SAVED:
            raise TransitionRefused(Sentence("一张表最多存 %(n)s 个筛选，先删掉不用的。", {"n": MOST_SAVED}))
        row = SavedList(user_id=actor.user_id, listing=listing.endpoint, name=name, asked={})
        session.add(row)
    row.asked = dict(asked)
    return row


def choose_columns(session: Session, actor: Actor, listing: Listing, shown: Iterable[str]) -> None:
    """Remember which columns ``actor`` leaves out of a list; the first always stays."""
    wanted = set(shown)
    hidden = [one.key for one in listing.columns[1:] if one.key not in wanted]
    row = queries.kept_under(session, actor, listing.endpoint, "")
    if row is None:
        row = SavedList(user_id=actor.user_id, listing=listing.endpoint, name="", asked={})
        session.add(row)
    row.hidden = hidden
