"""A spreadsheet between its preview and its one confirm: columns of such batches, problems of cells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from models.base import Recorded
from models.i18n import Sentence
from models.types import EncryptedBytes, EncryptedJSON, UTCDateTime


@dataclass(frozen=True)
class CellProblem:
    """What must be corrected or looked at under which heading: the file's own, or ours (to translate)."""

    header: str
    sentence: Sentence

    def as_json(self) -> list[Any]:
        """What a JSON column keeps: [heading, text, params]."""
        kept = self.sentence.as_json()
        return [self.header, kept["text"], kept["params"]]

    @classmethod
    def from_json(cls, kept: list[Any]) -> "CellProblem":
        """The problem that :meth:`as_json` wrote; before version 0.3 uploads kept no params."""
        header, text, *params = kept
        return cls(header, Sentence.from_json({"text": text, "params": params[0] if params else {}}))


class CellProblems(TypeDecorator[list[CellProblem]]):
    """A list of :class:`CellProblem` in a JSON column."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: list[CellProblem] | None, dialect: Dialect) -> list[Any] | None:
        return None if value is None else [problem.as_json() for problem in value]

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> list[CellProblem] | None:
        return None if value is None else [CellProblem.from_json(kept) for kept in value]


class UploadBatch(Recorded):
    """Mixin: what app.kit.files.bulk_upload read from a file, sealed, for it names people.

    ``good`` and ``rejected`` count rows.

    ``rows``: {lines: [app.kit.files.bulk_upload.reading.Line as a dictionary, ...], unknown: [heading, ...],
    questions: [app.kit.files.bulk_upload.their_columns.UnknownColumn as a dictionary, ...]}. ``content`` is
    the file itself, kept until the batch is confirmed where columns of it may have to be explained.
    """

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    filename: Mapped[str] = mapped_column(String(200))
    good: Mapped[int]
    rejected: Mapped[int] = mapped_column("refused")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __tablename__: str
    __mapper_args__: dict[str, Any] = {"version_id_col": version}

    @declared_attr
    def rows(cls) -> Mapped[dict[str, Any]]:
        """What was read."""
        return mapped_column(EncryptedJSON(f"{cls.__tablename__}.rows"), deferred=True)

    @declared_attr
    def content(cls) -> Mapped[bytes | None]:
        """The file as it was sent."""
        return mapped_column(EncryptedBytes(f"{cls.__tablename__}.content"), deferred=True)


class ExplainedColumn(Recorded):
    """Mixin: what the owner of a sheet said a heading of theirs means; ``field`` is empty for "leave it out".

    The class adds the column that names the owner, a unique constraint over owner and header, the scope.
    """

    header: Mapped[str] = mapped_column(String(100))
    field: Mapped[str] = mapped_column(String(40), default="")
