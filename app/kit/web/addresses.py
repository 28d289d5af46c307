"""Addresses of our own: how they are built, and which of those that come from outside may be gone back to.

Those that say only which page or file they mean are the same for everybody: built once a process.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, has_request_context, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

MOST_ADDRESS = 2000


class Address(Rule):
    """A rule that learns to build its address when it is first asked to.

    Werkzeug writes and compiles two functions for each of our 650 rules: a tenth of a start, for addresses
    that a process mostly never builds.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder

        def build(_self: Rule, /, **values: Any) -> tuple[str, str]:
            builder: Callable[..., tuple[str, str]] = compiled(append_unknown).__get__(self, None)
            if append_unknown:
                self._build_unknown = builder
            else:
                self._build = builder
            return builder(**values)

        return build


class Application(Flask):
    """Flask that remembers the addresses of pages and files.

    A page holds about ninety of them (menus, icons, style sheets), and building them took a third of the
    time of an ordinary page. A changed file needs a restart, as a changed template does; with the debugger
    on, nothing is remembered.
    """

    url_rule_class = Address

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._addresses: dict[tuple[str, str, str | None], str] = {}

    def url_for(self, endpoint: str, /, **values: Any) -> str:  # type: ignore[override]
        """As Flask does it; ``endpoint`` alone, or with a ``filename``, is looked up."""
        varies = values.keys() - {"filename"} or endpoint.startswith(".") or self.debug
        if varies or not has_request_context():
            return super().url_for(endpoint, **values)
        key = request.script_root, endpoint, values.get("filename")
        address = self._addresses.get(key)
        if address is None:
            address = self._addresses[key] = super().url_for(endpoint, **values)
        return address


def page_inside(address: str | None) -> str | None:
    """``address`` if a GET of it leads to a page of ours: the one reader of addresses to return to.

    A browser drops tabs and line ends, reads ``\\`` as ``/`` and two slashes as another host; so nothing but
    visible characters, one slash in front, and a path that the url map knows.
    """
    if not address or len(address) > MOST_ADDRESS or not address.startswith("/"):
        return None
    if address.startswith("//") or "\\" in address or not address.isprintable() or " " in address:
        return None
    try:
        path = unquote(urlsplit(address).path, errors="strict")
        adapter = current_app.create_url_adapter(request)
        return address if adapter is not None and adapter.match(path, method="GET") else None
    except (HTTPException, RequestRedirect, ValueError):
        return None


def is_from_our_page() -> bool:
    """Whether the browser says that it comes from a page of ours."""
    try:
        return urlsplit(request.referrer or "").netloc == request.host
    except ValueError:
        return False


def page_before() -> str | None:
    """The page of ours that the browser says it comes from, or None."""
    if not is_from_our_page():
        return None
    told = urlsplit(request.referrer or "")
    return page_inside(f"{told.path}?{told.query}" if told.query else told.path)


def printed_address(endpoint: str, **values: Any) -> str:
    """A whole address for paper, a QR code or a message.

    It begins with PUBLIC_URL: what the request calls itself is its sender's word, and a printed certificate
    would lead to a stranger's host for ever. Without PUBLIC_URL, which production requires, the request's.
    """
    path = current_app.url_map.bind("").build(endpoint, values)
    own: str = current_app.config["PUBLIC_URL"]
    return (own or (request.url_root.rstrip("/") if has_request_context() else "")) + path
