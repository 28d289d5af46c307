"""Ticks that outlive a page of a list: its pager takes them along, and so do buttons that lead elsewhere.

With script the browser keeps them itself (xieshou.js), across the back button too; this is the way without.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import abort, flash, g, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.addresses import page_inside
from app.kit.web.request_limits import row_number, row_numbers

MOST, IN_ADDRESS, BEYOND = 400, "ticked", "beyond"


def every_tick(name: str) -> list[int]:
    """The rows ticked under ``name``, on this page and on those before it; each once, however many."""
    numbers = row_numbers(request.values.get(IN_ADDRESS, ""))
    return list(dict.fromkeys([*request.values.getlist(name, type=row_number), *numbers]))


def ticked(name: str, most: int = MOST) -> list[int]:
    """The first ``most`` ticked rows; who ticked more is told how many were left. No other place cuts ticks
    (tests/house/test_ticks.py)."""
    numbers = every_tick(name)
    if len(numbers) > most and not g.get("told_of_ticks"):
        g.told_of_ticks = True
        left = len(numbers) - most
        flash(
            _("一次最多 %(most)s 行，后面勾的 %(n)s 行这次没有算上，请再勾一次。", most=most, n=left), "error"
        )
    return numbers[:most]


def turned(name: str) -> Response | None:
    """The way to the page that a button called ``turn`` names, with the ticks; None for all other buttons."""
    if not request.form.get("turn"):
        return None
    target = page_inside(request.form["turn"]) or abort(400)
    return redirect(with_ticks(target, every_tick(name)), 303)


def with_ticks(address: str, numbers: Sequence[int]) -> str:
    """``address`` of a list on which these rows are ticked already; it says so where some are left out."""
    if not numbers:
        return address
    joint = "&" if "?" in address else "?"
    carried = {IN_ADDRESS: ",".join(str(number) for number in numbers[:MOST])}
    if len(numbers) > MOST:
        carried[BEYOND] = "1"
    return f"{address}{joint}{urlencode(carried, safe=',')}"
