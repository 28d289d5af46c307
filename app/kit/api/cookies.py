"""Cookies are a browser's: the interface reads none and sets none."""

from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from app.kit.api.problems import PREFIX


class PagesOnly(SecureCookieSessionInterface):
    """The session of pages; a program's request has an empty one that is forgotten."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As ever for pages."""
        return self.session_class() if request.path.startswith(PREFIX) else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> Any:
        """As ever for pages."""
        if not request.path.startswith(PREFIX):
            super().save_session(app, session, response)
