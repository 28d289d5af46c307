"""Ticks that outlive a page of a list: its pager takes them along, and so do buttons that lead elsewhere.

With script the browser keeps them itself (xieshou.js), across the back button too; this is the way without.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from app.kit.web.addresses import page_inside
from app.kit.web.request_limits import row_number, row_numbers

MOST, IN_ADDRESS = 400, "ticked"


def ticked(name: str) -> list[int]:
    """The rows ticked under ``name``, on this page and on those before it; each once."""
    numbers = row_numbers(request.values.get(IN_ADDRESS, ""))
    return list(dict.fromkeys([*request.values.getlist(name, type=row_number), *numbers]))[:MOST]


def turned(name: str) -> Response | None:
    """The way to the page that a button called ``turn`` names, with the ticks; None for all other buttons."""
    if not request.form.get("turn"):
        return None
    target = page_inside(request.form["turn"]) or abort(400)
    return redirect(with_ticks(target, ticked(name)), 303)


def with_ticks(address: str, numbers: Sequence[int]) -> str:
    """``address`` of a list on which these rows are ticked already."""
    if not numbers:
        return address
    joint = "&" if "?" in address else "?"
    carried = {IN_ADDRESS: ",".join(str(number) for number in numbers)}
    return f"{address}{joint}{urlencode(carried, safe=',')}"
