"""The answer to a form that was not taken: its own page, filled in as typed, the reason at its place."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, get_template_attribute, request, session
from flask.ctx import RequestContext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.kit.web.addresses import page_before, page_inside
from app.kit.web.typed_form import PAGE, with_typed

# What the question inside does not share: its answer is filled in as text, not packed.
BODY = ("CONTENT_TYPE", "CONTENT_LENGTH", "wsgi.input_terminated", "HTTP_ACCEPT_ENCODING")


def again(code: int, reasons: Iterable[str], advice: str = "") -> Response | None:
    """The page the form of this request stood on, as it is now, with ``reasons`` and what was typed.

    Nothing where the request is no form, or the page cannot be shown to this reader any more. The caller has
    rolled back.
    """
    if request.method != "POST" or "is_drawn_again" in g:
        return None
    note = note_of(reasons, advice, has_file=bool(request.files))
    return drawn(pages(), request.path, request.form, note, code)


def note_of(reasons: Iterable[str], advice: str = "", has_file: bool = False) -> Markup:
    """What stands in the form: every reason, and what to do."""
    macro = get_template_attribute("components/refused.html", "refused")
    note: Markup = macro(list(reasons), advice, has_file=has_file)
    return note


def drawn(
    addresses: Iterable[str], sent_to: str, typed: MultiDict[str, str], note: Markup, code: int
) -> Response | None:
    """The first of our pages that can be shown now, its form filled in as ``typed`` for ``sent_to``."""
    for address in addresses:
        if "is_database_busy" in g:
            break
        answer = _drawn(address)
        if answer is not None:
            answer.set_data(with_typed(answer.get_data(as_text=True), address, sent_to, typed, note))
            answer.status_code = code
            return answer
    return None


def pages() -> Iterator[str]:
    """Where the form may have stood: as it says itself, as the browser says, the pages above its address."""
    told = [request.form.get(PAGE, ""), page_before() or ""]
    parts = request.path.rstrip("/").split("/")
    above = ["/".join(parts[:length]) for length in range(len(parts), 1, -1)]
    return (address for address in dict.fromkeys([*told, *above]) if page_inside(address))


def _drawn(address: str) -> Response | None:
    """What a GET of our own page answers now, under the rights and in the session of this request."""
    split = urlsplit(address)
    environ: dict[str, Any] = {
        name: value
        for name, value in request.environ.items()
        if name not in BODY and not name.startswith(("werkzeug.", "flask."))
    }
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": split.path, "QUERY_STRING": split.query}
    environ |= {"wsgi.input": BytesIO()}
    g.is_drawn_again = True
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with RequestContext(app, environ, session=session._get_current_object()):  # type: ignore[attr-defined]
        answer = app.full_dispatch_request()
    is_shown = answer.status_code == 200 and answer.mimetype == "text/html" and not answer.is_streamed
    return answer if is_shown else None
