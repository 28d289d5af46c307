"""The door of this browser: who is signed in here, from which device a try comes, what a sign-in leaves."""

import secrets

from flask import redirect, request, session
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import sessions
from app.accounts.attempts import Origin
from app.kit.web import kept_form
from app.kit.web.cookies import read_cookie, set_cookie
from app.kit.web.extensions import db, source
from models.clock import utc_now
from models.user import LoginSession, User

DEVICE, DEVICE_SECONDS = "known_device", 365 * 24 * 60 * 60


class SignedIn:
    """What Flask-Login holds: the account, under the token of one sign-in."""

    is_authenticated, is_active, is_anonymous = True, True, False

    def __init__(self, user: User, token: str, opened: LoginSession | None = None) -> None:
        self._user, self.token = user, token
        # Plain values: they are asked for when the database may be away.
        self.session_id = opened.id if opened else None
        self.seen_at = opened.last_seen_at or opened.created_at if opened else None

    def __getattr__(self, name: str) -> object:
        return getattr(self._user, name)

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token

    @property
    def row(self) -> User:
        """The account itself."""
        return self._user


def load_user(token: str) -> SignedIn | None:
    """Who a cookie belongs to, asked anew on each request."""
    opened = sessions.find_session(db.session, token, utc_now())
    return SignedIn(opened.user, token, opened) if opened else None


def device() -> str:
    """The token that this browser got with a sign-in, or ""."""
    return read_cookie(DEVICE)[:80]


def origin() -> Origin:
    """Where a try at the door comes from; a browser that was never let in is given a token to be known by."""
    return Origin(source(), device() or secrets.token_urlsafe(24))


def browser() -> str:
    """What the browser calls itself, as a person knows it."""
    return sessions.device_of(request.headers.get("User-Agent", "")[:400])


def begin(user: User, token: str) -> None:
    """Sign ``user`` in here; nothing of whoever was signed in before is left."""
    locale = session.get("locale")
    session.clear()
    session.permanent = True
    if locale:
        session["locale"] = locale
    login_user(SignedIn(user, token))


def remember(response: Response, user: User, origin: Origin) -> Response:
    """Let the browser keep that ``user`` was let in here."""
    response = kept_form.remember(response, user.id)
    set_cookie(response, DEVICE, origin.device, DEVICE_SECONDS)
    return response


def leave(address: str) -> Response:
    """Let the browser forget who was signed in, and lead it to ``address``. The sign-in itself is ended."""
    logout_user()
    session.clear()
    response = kept_form.forget(redirect(address, 303))
    # A browser that has cached pages drops them (over https); what was not sent yet stays.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
