"""Pages that the phone of their reader may keep for use without network (static/js/page-worker.js)."""

from flask import Response, current_app, make_response, request
from flask_login import current_user

from models import vault

OWNER, HOURS = "Page-Owner", "Page-Hours"


def page_owner() -> str:
    """The name under which the pages of whoever is signed in are kept: it tells nothing, and is nobody
    else's."""
    known = current_user.is_authenticated
    return vault.digest(f"kept pages {current_user.id}")[:16] if known else ""


def kept(page: str | Response, hours: int) -> Response:
    """``page`` as one that its reader's phone may keep for ``hours``, and for nobody else.

    An answer to a form is no page of an address, and a refusal is none to come back to.
    """
    response: Response = make_response(page)
    if request.method == "GET" and response.status_code == 200 and response.mimetype == "text/html":
        response.headers[OWNER], response.headers[HOURS] = page_owner(), str(hours)
    return response


def page_worker() -> Response:
    """The script that keeps pages. A room serves it below the pages it may keep: it reaches no others."""
    return current_app.send_static_file("js/page-worker.js")
