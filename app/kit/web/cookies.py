"""Cookies: all of them closed to scripts and foreign pages; over https under the name ``__Host-``.

A browser takes a cookie of such a name only over https, for this host alone and the whole of it: no neighbour
of a shared domain can put one in its place.
"""

from flask import after_this_request, current_app, g, request
from werkzeug.wrappers import Response

from models.i18n import N_

PREFIX = "__Host-"


def cookie_name(name: str) -> str:
    """Under which name the browser keeps ``name``."""
    return PREFIX + name if current_app.config["SESSION_COOKIE_SECURE"] else name


def read_cookie(name: str) -> str:
    """What the browser sent; "" for nothing."""
    return request.cookies.get(cookie_name(name), "")


def set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Let the browser keep ``value`` for ``seconds``, or until it is closed."""
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(
        cookie_name(name), value, max_age=seconds, httponly=True, samesite="Lax", secure=is_secure
    )


def forget_cookie(response: Response, name: str) -> None:
    """Take the cookie away."""
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(cookie_name(name), httponly=True, samesite="Lax", secure=is_secure)


# --- the colours of this browser ------------------------------------------------------------------------

THEME, THEME_SECONDS = "theme", 365 * 86_400
THEMES = {"auto": N_("颜色跟随系统"), "light": N_("浅色"), "dark": N_("深色")}


def theme() -> str:
    """The colours that were chosen in this browser, whoever signs in: one of THEMES."""
    chosen: str = g.get(THEME) or read_cookie(THEME)
    return chosen if chosen in THEMES else "auto"


def set_theme(wanted: str) -> None:
    """Keep the colours for this browser, from the page on that is drawn now."""
    g.theme = wanted

    @after_this_request
    def keep(response: Response) -> Response:
        set_cookie(response, THEME, wanted, THEME_SECONDS)
        return response
