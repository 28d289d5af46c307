"""A spreadsheet between its preview and its one confirm: the columns that all such batches have."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Recorded
from models.types import EncryptedJSON, UTCDateTime


class SheetBatch(Recorded):
    """Mixin: what app.kit.files.bulk_upload read from a file, sealed, for it names people; ``good`` and
    ``refused`` count rows.

    ``rows``: {lines: [app.kit.files.bulk_upload.reading.Line as a dictionary, ...], unknown: [heading, ...]}.
    """

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    filename: Mapped[str] = mapped_column(String(200))
    good: Mapped[int]
    refused: Mapped[int]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __tablename__: str
    __mapper_args__: dict[str, Any] = {"version_id_col": version}

    @declared_attr
    def rows(cls) -> Mapped[dict[str, Any]]:
        """What was read."""
        return mapped_column(EncryptedJSON(f"{cls.__tablename__}.rows"), deferred=True)
