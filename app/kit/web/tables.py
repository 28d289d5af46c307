"""List pages: one row more than fits tells that there is a next page."""

from typing import Any


def page_of(rows: list[Any], size: int) -> tuple[list[Any], int | None]:
    """Split ``rows`` (at most one more than ``size``) into the page and the key (``id``) of the next one."""
    return rows[:size], rows[size - 1].id if len(rows) > size else None
