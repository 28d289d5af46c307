"""What comes over the wire: numbers and places of rows, wanted end states, and text without NUL.

The one reader of keys and cursors of addresses and forms (tests/house/test_keys.py): one spelling of a number
is one key, so that a limit counted on it cannot be passed by writing it otherwise.
"""

import re
from itertools import chain

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

MOST = 2**31 - 1
_NUMBER, _PLACE = re.compile(r"[0-9]{1,10}"), re.compile(r"[0-9._-]{1,60}")


def row_number(text: str) -> int:
    """The number of a row, in plain digits. Raises ValueError for what is none or beyond a column."""
    if not _NUMBER.fullmatch(text) or (number := int(text)) > MOST:
        raise ValueError("no row's number")
    return number


def row_numbers(text: str) -> list[int]:
    """The numbers of rows in ``text``, parted by commas; what is none is left out."""
    parts = [part.strip() for part in text.split(",")]
    return [int(part) for part in parts if _NUMBER.fullmatch(part) and int(part) <= MOST]


def place_asked(name: str = "after") -> str:
    """The place in a list at which its next page begins, made of figures (models/waiting.py), or ""."""
    text = request.args.get(name, "")
    return text if _PLACE.fullmatch(text) else ""


def wanted(name: str) -> bool:
    """The end state that a button names: "1" or "0". Anything else is answered with 400.

    A button never says "the other way round": on an old page that is the opposite of what its reader saw.
    """
    told = request.form.get(name, "")
    if told not in ("0", "1"):
        abort(400)
    return told == "1"


class RowNumber(IntegerConverter):
    """The ``int`` of addresses: a number beyond every row is an address that does not exist."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MOST)


def init_app(app: Flask) -> None:
    """Set the guards up, before the first route is made."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    """Answer 400 to a NUL: no keyboard types it, and PostgreSQL does not store it."""
    pairs = chain(request.args.items(multi=True), request.form.items(multi=True))
    if "\0" in request.path or any("\0" in name or "\0" in value for name, value in pairs):
        abort(400)
