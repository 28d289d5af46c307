"""The answer to a form that was not taken: its own page, filled in as typed, the reason at its place."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, get_template_attribute, request, session
from flask.ctx import RequestContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.kit.web.typed_form import with_typed

BODY = ("CONTENT_TYPE", "CONTENT_LENGTH", "wsgi.input_terminated")


def again(code: int, reasons: Iterable[str], advice: str = "") -> Response | None:
    """The page the form of this request stood on, as it is now, with ``reasons`` and what was typed.

    Nothing where the request is no form, or the page cannot be shown to this reader any more. The caller has
    rolled back.
    """
    if request.method != "POST" or "is_drawn_again" in g:
        return None
    page = _page()
    answer = _drawn(*page) if page else None
    if page is None or answer is None:
        return None
    note = get_template_attribute("components/refused.html", "refused")(
        list(reasons), advice, has_file=bool(request.files)
    )
    text = with_typed(answer.get_data(as_text=True), page[0], request.path, request.form, note)
    answer.set_data(text)
    answer.status_code = code
    return answer


def _page() -> tuple[str, str] | None:
    """Path and query of the page: where the browser says it was, else the nearest page above the address."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and _is_page(came_from.path):
        return came_from.path, came_from.query
    parts = request.path.rstrip("/").split("/")
    above = ("/".join(parts[:length]) for length in range(len(parts), 1, -1))
    return next(((path, "") for path in above if _is_page(path)), None)


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except (HTTPException, RequestRedirect):
        return False


def _drawn(path: str, query: str) -> Response | None:
    """What a GET of our own page answers now, under the rights and in the session of this request."""
    environ: dict[str, Any] = {
        name: value
        for name, value in request.environ.items()
        if name not in BODY and not name.startswith(("werkzeug.", "flask."))
    }
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": BytesIO()}
    g.is_drawn_again = True
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with RequestContext(app, environ, session=session._get_current_object()):  # type: ignore[attr-defined]
        answer = app.full_dispatch_request()
    is_page = answer.status_code == 200 and answer.mimetype == "text/html" and not answer.is_streamed
    return answer if is_page else None
