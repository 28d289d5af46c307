"""A program at the interface, whose every answer is held against the document."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.kit.api.document import document
from app.kit.api.problems import TYPE
from app.kit.api.routes import permissions_of
from models.permissions import Permission
from models.user import User
from tests.factories.tokens import make_token_for


class Program:
    """An HR system of ``user``: it sends JSON with a token and no cookie."""

    def __init__(
        self, app: Flask, session: Session, user: User, scopes: Collection[Permission] | None = None
    ) -> None:
        self.client: FlaskClient = app.test_client()
        self.told = told_by(app)
        all_of_it = permissions_of(app) if scopes is None else scopes
        self.headers = {"Authorization": f"Bearer {make_token_for(session, user, all_of_it)}"}

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """What is answered, as the document has it."""
        answer = self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)
        return self.read("get", path, answer, status)

    def post(
        self, path: str, body: Any = None, status: int = 200, key: str = "", method: str = "POST"
    ) -> Any:
        """Send ``body``; a new key each time unless one is given."""
        headers = self.headers | {"Idempotency-Key": key or uuid4().hex}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body or {}, headers=headers)
        return self.read(method.lower(), path, answer, status)

    def read(self, method: str, path: str, answer: TestResponse, status: int) -> Any:
        """The answer's JSON, if status and shape are those of the document."""
        told = answer.get_json()
        assert answer.status_code == status, told
        assert "Set-Cookie" not in answer.headers
        operation = next(
            one[method] for rule, one in self.told["paths"].items() if method in one and _fits(rule, path)
        )
        assert str(status) in operation["responses"]
        if status < 400:
            shape = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        else:
            assert answer.mimetype == TYPE
            shape = self.told["components"]["schemas"]["Problem"]
        jsonschema_rs.validator_for(shape).validate(told)
        return told


_documents: dict[int, dict[str, Any]] = {}


def told_by(app: Flask) -> dict[str, Any]:
    """The document of the application, made once."""
    if id(app) not in _documents:
        with app.test_request_context("/api/v1/openapi.json"):
            _documents[id(app)] = document(app)
    return _documents[id(app)]


def _fits(rule: str, path: str) -> bool:
    parts, asked = rule.removeprefix("/api/v1").split("/"), path.split("/")
    return len(parts) == len(asked) and all(
        part == one or (part.startswith("{") and (one.isdigit() or "-" in one))
        for part, one in zip(parts, asked, strict=True)
    )
