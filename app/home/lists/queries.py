"""Reads of what an account keeps of lists: its own files and filters, nobody else's."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access import Actor
from models.lists import ListExport, SavedList


def own_export(session: Session, actor: Actor, export_id: int) -> ListExport | None:
    """A file that ``actor`` asked for."""
    return session.scalar(
        select(ListExport).where(ListExport.id == export_id, ListExport.user_id == actor.user_id)
    )


def own_saved(session: Session, actor: Actor, saved_id: int) -> SavedList | None:
    """A filter that ``actor`` keeps."""
    return session.scalar(
        select(SavedList).where(
            SavedList.id == saved_id, SavedList.user_id == actor.user_id, SavedList.name != ""
        )
    )


def kept_under(session: Session, actor: Actor, listing: str, name: str) -> SavedList | None:
    """What ``actor`` keeps of a list under ``name`` ("": the columns left out)."""
    return session.scalar(
        select(SavedList).where(
            SavedList.user_id == actor.user_id, SavedList.listing == listing, SavedList.name == name
        )
    )


def saved_count(session: Session, actor: Actor, listing: str) -> int:
    """How many filters of a list ``actor`` keeps."""
    own = SavedList.user_id == actor.user_id, SavedList.listing == listing, SavedList.name != ""
    return session.scalar(select(func.count(SavedList.id)).where(*own)) or 0
