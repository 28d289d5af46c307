"""Every request has a number: in the answer's header, in each line of the log about it, and (with
``LOG_FORMAT=json``) in one line of its own when it has ended.

That line tells the route, the status, the time and the role; never an address as it was typed, a question, an
account or a row.
"""

import logging
import re
import secrets
import time

from flask import Flask, Response, current_app, g, request

from app.kit.web import metrics
from app.kit.web.guards import HEALTH, OPEN_ENDPOINTS
from app.kit.web.logs import rule_asked

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"
# What nginx draws ($request_id). Nothing else is taken over: a number that a browser chooses would stand in
# our log.
_DRAWN, _LETTERS = re.compile(r"[0-9a-f]{32}"), "abcdefghijkmnpqrstuvwxyz"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNTOLD = OPEN_ENDPOINTS | HEALTH


def init_app(app: Flask) -> None:
    """Be the first to see a request and the last to see its answer."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_began = time.perf_counter()
    g.log_context = {"request": _proxys_number() or _new_number()}


def _proxys_number() -> str:
    """The number that the proxy of our own settings drew, so that both logs can be held together."""
    told = request.headers.get(HEADER, "") if current_app.config["TRUSTED_PROXIES"] else ""
    return told if _DRAWN.fullmatch(told) else ""


def _new_number() -> str:
    return "".join(secrets.choice(_LETTERS) for _letter in range(20))


def _end(response: Response) -> Response:
    if "request_began" not in g:
        return response
    response.headers[HEADER] = g.log_context["request"]
    seconds = time.perf_counter() - g.request_began
    route = rule_asked()
    metrics.count_request(current_app, route, _method(), response.status_code, seconds)
    if request.endpoint not in UNTOLD:
        event = {
            "route": route,
            "method": _method(),
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "role": _role(),
        }
        log.info("request", extra={"event": event})
    return response


def _method() -> str:
    """A made-up method is a text of its sender."""
    return (
        request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"} else "other"
    )


def _role() -> str:
    """The roles of who asks, as far as this request has asked for them: nothing is read for the log."""
    actor = g.get("actor")
    return ",".join(sorted({right.role.value for right in actor.rights})) if actor else ""
