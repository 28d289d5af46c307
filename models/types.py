"""Column types: instants in UTC, enumerations by value, records in JSON, text under a key."""

import enum
import json
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from models import vault


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC. Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[enum.Enum]):
    """A string enumeration stored by its value, so that renaming a member in code moves no data."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> enum.StrEnum | None:
        return None if value is None else self.kind(value)


class JsonRecord(Protocol):
    """A record that a JSON column keeps."""

    def as_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self: ...


class RecordJSON(TypeDecorator[Any]):
    """One frozen record in a JSON column, written by its ``as_json`` and read by its ``from_json``."""

    impl = JSON
    cache_ok = True

    def __init__(self, record: type[JsonRecord]) -> None:
        super().__init__()
        self.record = record

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else value.as_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.record.from_json(value)


class RecordsJSON(RecordJSON):
    """A list of frozen records in a JSON column."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else [one.as_json() for one in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else [self.record.from_json(one) for one in value]


class EncryptedText(TypeDecorator[str]):
    """Text under AES-GCM, bound to ``place`` (table.column), so that a cell moved elsewhere does not open."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else vault.seal(self.dump(value), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else self.load(vault.unseal(value, self.place))

    def dump(self, value: Any) -> bytes:
        return str(value).encode()

    def load(self, data: bytes) -> Any:
        return data.decode()


class EncryptedJSON(EncryptedText):
    """A JSON value under the same lock as :class:`EncryptedText`."""

    cache_ok = True

    def dump(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def load(self, data: bytes) -> Any:
        return json.loads(data)


class EncryptedBytes(EncryptedText):
    """A file under the same lock as :class:`EncryptedText`."""

    cache_ok = True

    def dump(self, value: Any) -> bytes:
        return bytes(value)

    def load(self, data: bytes) -> Any:
        return data
