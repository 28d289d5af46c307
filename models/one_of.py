"""That a column is one of very many numbers, told the database as one value.

Thousands of numbers, each with a place of its own in the statement, take longer to say than to look up.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, Dialect, Integer, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Numbers(TypeDecorator[Sequence[int]]):
    """An array on PostgreSQL, JSON elsewhere."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Integer) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        numbers = list(value or ())
        return numbers if dialect.name == "postgresql" else json.dumps(numbers)


class one_of(FunctionElement[bool]):
    """``column`` is one of ``numbers``."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, numbers: Sequence[int]) -> None:
        super().__init__(column, literal(numbers, _Numbers()))

    def self_group(self, against: Any = None) -> Any:
        """Itself: a condition already. Compared with true, as SQLAlchemy writes for SQLite, no index answers
        it."""
        return self


@compiles(one_of)
def _by_json(element: one_of, compiler: Any, **kwargs: Any) -> str:
    column, numbers = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608  # nosec B608


@compiles(one_of, "postgresql")
def _by_array(element: one_of, compiler: Any, **kwargs: Any) -> str:
    column, numbers = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} = ANY ({numbers})"
