"""The common ground of all tables: metadata with a naming convention, identity and time of creation."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, MetaData, Update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from models.clock import utc_now
from models.types import UTCDateTime

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the platform."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Recorded:
    """Mixin: a row with a number of its own and the instant it was written (UTC)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)


def rows_changed(session: Session, statement: Update | Delete) -> int:
    """Execute a conditional UPDATE or DELETE; how many rows it changed.

    Objects in the session are not refreshed.
    """
    changed = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", changed).rowcount
