"""Looks for what must lie nowhere in the clear: identity numbers, telephones, and secrets that are named."""

import re
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine, inspect, select, text
from sqlalchemy import table as sql_table
from sqlalchemy.sql import quoted_name
from stdnum.cn import ric

IDENTITY = re.compile(rb"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
TELEPHONE = re.compile(rb"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")


def leaks(data: bytes, known: Iterable[str] = ()) -> set[str]:
    """Return the identity numbers (right digit and date), the telephones and the ``known`` secrets in
    ``data``."""
    numbers = {found for found in IDENTITY.findall(data) if _is_identity(found.decode().upper())}
    return {one.decode() for one in numbers | set(TELEPHONE.findall(data))} | {
        s for s in known if s.encode() in data
    }


def leaks_in_folder(folder: Path, known: Iterable[str] = ()) -> dict[str, set[str]]:
    """Look through the raw bytes of every file: databases and their free pages, queue, log, temporary
    files."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = {str(path.relative_to(folder)): leaks(path.read_bytes(), known) for path in files}
    return {name: secrets for name, secrets in found.items() if secrets}


def leaks_in_database(engine: Engine, known: Iterable[str] = ()) -> dict[str, set[str]]:
    """Look through every row of every table of every schema, the job queue's too, as text."""
    found: dict[str, set[str]] = {}
    schemas = [None] if engine.dialect.name == "sqlite" else _schemas(engine)
    with engine.connect() as connection:
        for schema in schemas:
            for name in inspect(connection).get_table_names(schema):
                table = quoted_name(name, quote=True)
                rows = connection.execute(select(text("*")).select_from(sql_table(table, schema=schema)))
                told = "\n".join(_as_text(value) for row in rows for value in row)
                if secrets := leaks(told.encode("utf-8", "surrogatepass"), known):
                    found[f"{schema or 'main'}.{name}"] = secrets
    return found


def _schemas(engine: Engine) -> list[str | None]:
    names = inspect(engine).get_schema_names()
    return [name for name in names if name not in ("information_schema",) and not name.startswith("pg_")]


def _as_text(value: object) -> str:
    """A value as it lies there: of bytes those that can be read."""
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def _is_identity(number: str) -> bool:
    """Whether ``number`` is somebody's; stdnum stumbles over areas of which it knows no county."""
    try:
        return ric.is_valid(number)
    except KeyError:
        return False
