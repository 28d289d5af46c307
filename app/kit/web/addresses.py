"""Addresses that say only which page or file they mean are the same for everybody: built once a process."""

from typing import Any

from flask import Flask, has_request_context, request


class Application(Flask):
    """Flask that remembers the addresses of pages and files.

    A page holds about ninety of them (menus, icons, style sheets), and building them took a third of the
    time of an ordinary page. A changed file needs a restart, as a changed template does; with the debugger
    on, nothing is remembered.
    """

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
