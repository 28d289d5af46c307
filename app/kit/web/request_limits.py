"""What may come over the wire at all: whole numbers that a column can hold, and text without NUL."""

from itertools import chain

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

MOST = 2**31 - 1


def row_number(text: str) -> int:
    """The number of a row. Raises ValueError for what is none, or is more than a column holds."""
    number = int(text)
    if not 0 <= number <= MOST:
        raise ValueError(f"{number} is no row's number")
    return number


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
