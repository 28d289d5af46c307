"""An operation of the interface: what the view above reads, what it answers, and how it is let in.

    @bp.route("/api/v1/orders", methods=["POST"])
    @requires(Permission.ORDER_WRITE)
    @writes(_l("写一个岗位"), answer=WRITTEN, body=OrderForm)
    def api_new() -> dict[str, Any]: ...

The view returns what is answered; a writing one commits by that, together with the key of the request.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.kit.api import tokens
from app.kit.api.bodies import digest_of_request, lay_into_form, read_body, receive, unknown_query
from app.kit.api.problems import PREFIX, Replayed, Unacceptable, Wrong
from app.kit.api.receipts import keep_receipt, receipt_of
from app.kit.api.shapes import Shape
from app.kit.web.extensions import csrf, db, limiter
from app.kit.web.fields import Form
from app.kit.web.request_limits import row_number
from models.i18n import Refusal
from models.permissions import Permission
from models.workflow import IllegalTransition

KEY = re.compile(r"[A-Za-z0-9._-]{8,60}")
A_MINUTE = "300/minute"
Answer = dict[str, Any]
ShapeOrMaker = Shape | Callable[[], Shape]
LOST_A_RACE = (Refusal, IllegalTransition, IntegrityError, StaleDataError)


@dataclass(frozen=True)
class Operation:
    """What the document says of a view; ``query`` are the names its address may hold, each with its shape.

    ``also``: what single steps ask for beyond the route's own permission. ``is_partial``: what the body does
    not name stays as it is.
    """

    summary: Any
    answer: ShapeOrMaker
    body: type[Form] | None = None
    status: int = 200
    query: Mapping[str, Shape] = field(default_factory=dict)
    is_writing: bool = False
    also: tuple[Permission, ...] = ()
    is_partial: bool = False

    @property
    def answered(self) -> Shape:
        """The shape of the answer; one that is read off a form is made where there is an application."""
        return self.answer() if callable(self.answer) else self.answer


def operation_of(app: Flask, endpoint: str) -> Operation | None:
    """The operation behind an endpoint; None for pages."""
    told: Operation | None = getattr(app.view_functions[endpoint], "operation", None)
    return told


def permissions_of(app: Flask) -> frozenset[Permission]:
    """All that the interface asks for: what a token can be made for."""
    asked: set[Permission] = set()
    for endpoint, view in app.view_functions.items():
        if told := operation_of(app, endpoint):
            policy = getattr(view, "policy", None)
            asked |= {*told.also, *([policy] if isinstance(policy, Permission) else [])}
    return frozenset(asked)


def is_program_s(rule: str) -> bool:
    """Whether an address is the interface's."""
    return rule.startswith(PREFIX)


def reads(
    summary: Any, *, answer: ShapeOrMaker, query: Mapping[str, Shape] | None = None
) -> Callable[..., Any]:
    """The view answers a question and changes nothing."""
    told = Operation(summary, answer, query=query or {})

    def mark(view: Callable[..., Answer]) -> Callable[..., Response]:
        @wraps(view)
        def asked(**values: Any) -> Response:
            _read_query(told)
            return jsonify(view(**values))

        return _let_in(asked, told)

    return mark


def writes(
    summary: Any,
    *,
    answer: ShapeOrMaker,
    body: type[Form] | None = None,
    status: int = 200,
    also: tuple[Permission, ...] = (),
    is_partial: bool = False,
) -> Callable[..., Any]:
    """The view does something: once for each Idempotency-Key, and whole or not at all.

    Its rows are looked for before what was sent is read: :func:`sent` reads it.
    """
    told = Operation(summary, answer, body, status, is_writing=True, also=also, is_partial=is_partial)

    def mark(view: Callable[..., Answer]) -> Callable[..., Response]:
        @wraps(view)
        def done(**values: Any) -> Response:
            _read_query(told)
            receive()
            try:
                return _committed(view(**values), told.status)
            except LOST_A_RACE:
                db.session.rollback()
                if first := _first_answer():
                    return first
                raise

        return _let_in(done, told)

    return mark


def _let_in(view: Callable[..., Response], told: Operation) -> Callable[..., Response]:
    counted = limiter.shared_limit(A_MINUTE, scope="api", key_func=tokens.counted_by)(view)
    csrf.exempt(counted)
    counted.operation = told  # type: ignore[attr-defined]
    return counted


def _read_query(told: Operation) -> None:
    """Raise Unacceptable for what the address says and the operation does not ask."""
    unknown_query(told.query)
    wrong = [
        Wrong(name, _("这个值不对，请看接口说明。"))
        for name, text in request.args.items()
        if not _is_of(told.query[name], text)
    ]
    if wrong:
        raise Unacceptable(*wrong, status=400)


def _is_of(shape: Shape, text: str) -> bool:
    if "enum" in shape:
        return text in shape["enum"]
    if "pattern" in shape:
        return re.search(shape["pattern"], text) is not None
    try:
        if shape["type"] == "integer":
            row_number(text)
        elif shape.get("format") == "date":
            date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) <= int(shape.get("maxLength", 60))


# --- what was sent --------------------------------------------------------------------------------------


def sent() -> frozenset[str]:
    """Read what was sent into the form that the view makes next; returns which of its fields were named.

    Ends the request with the first answer where its key did its work before; raises Unacceptable.
    """
    operation: Operation = request_operation()
    if not KEY.fullmatch(request.headers.get("Idempotency-Key", "")):
        reason = _("写入要带 Idempotency-Key：每件事一个，8 到 60 个字母、数字或 . _ -，重发时不变。")
        raise Unacceptable(Wrong("Idempotency-Key", reason), status=400)
    body = read_body()
    if first := _first_answer():
        raise Replayed(first)
    if operation.body is None:
        if body:
            raise Unacceptable(*(Wrong(name[:60], _("没有这一项。")) for name in body))
        return frozenset()
    return lay_into_form(operation.body, body)


def request_operation() -> Operation:
    """The operation of this request."""
    told = operation_of(current_app, request.endpoint or "")
    assert told is not None, "no operation of the interface"
    return told


def _first_answer() -> Response | None:
    """What was answered the first time. Raises Unacceptable where the same key came with something else."""
    key = request.headers.get("Idempotency-Key", "")
    kept = receipt_of(db.session, g.actor.user_id, key)
    if kept is None:
        return None
    if kept.digest != digest_of_request():
        reason = _("这个 Idempotency-Key 已经用在另一件事上，请换一个。")
        raise Unacceptable(Wrong("Idempotency-Key", reason))
    answer = jsonify(kept.answer)
    answer.status_code = kept.status
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _committed(told: Answer, status: int) -> Response:
    key = request.headers["Idempotency-Key"]
    keep_receipt(db.session, g.actor.user_id, tokens.token_id(), key, digest_of_request(), status, told)
    db.session.commit()
    answer = jsonify(told)
    answer.status_code = status
    return answer
