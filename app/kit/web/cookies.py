"""Cookies: all of them closed to scripts and foreign pages; over https under the name ``__Host-``.

A browser takes a cookie of such a name only over https, for this host alone and the whole of it: no neighbour
of a shared domain can put one in its place.
"""

from flask import current_app, request
from werkzeug.wrappers import Response

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
