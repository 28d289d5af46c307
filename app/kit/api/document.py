"""The OpenAPI document, made of the routes themselves: what is not registered is not told, and the other way
round."""

import re
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from werkzeug.routing import Rule

from app.kit.api import problems
from app.kit.api.routes import KEY, Operation, is_program_s, operation_of
from app.kit.api.shapes import ROW, TEXT, Shape, many, obj, of_form, path_of
from app.kit.web.guards import OPEN, policy_of
from models.permissions import PERMISSION_LABELS, Permission

VERSION = "1"
PROBLEM: Shape = {
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "errors": many(obj(field=TEXT, reason=TEXT)),
    },
    "required": ["type", "title", "status"],
    "additionalProperties": False,
}
PLAIN_TEXT: Shape = {"type": "string", "minLength": 1, "maxLength": 60}
HEADER_KEY: Shape = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
}
REFUSALS = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503)


def document(app: Flask) -> dict[str, Any]:
    """The whole interface, in the language of the reader."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        operation = operation_of(app, rule.endpoint)
        if is_program_s(rule.rule) and operation is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                told = _told(app, rule, operation)
                paths.setdefault(path_of(rule.rule), {})[method.lower()] = told
    titles = problems.titles()
    return {
        "openapi": "3.1.0",
        "info": {"title": _("携手数据接口"), "version": VERSION, "description": _about()},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM},
            "responses": {str(code): _refusal(titles[code]) for code in REFUSALS},
        },
    }


def _about() -> str:
    return _(
        "令牌在“我的账号”里做，放在 Authorization: Bearer 里。写入要带 Idempotency-Key，重发不会做两次。"
        "列表一次一页，下一页用 next 里的值作 after。完整的身份证号和电话不从这里出去。"
    )


def _refusal(title: str) -> dict[str, Any]:
    shape = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {problems.TYPE: {"schema": shape}}}


def _told(app: Flask, rule: Rule, operation: Operation) -> dict[str, Any]:
    policy = policy_of(app, rule.endpoint)
    told: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": str(operation.summary),
        "parameters": [*_path_parameters(rule), *_query(operation)],
        "responses": {
            str(operation.status): _answer(operation.answered),
            **{str(code): {"$ref": f"#/components/responses/{code}"} for code in REFUSALS},
        },
    }
    if policy != OPEN:
        told["security"] = [{"token": []}]
    if isinstance(policy, Permission):
        told["description"] = _("令牌要有“%(permission)s”。", permission=_(PERMISSION_LABELS[policy]))
        told["x-permission"] = policy.value
    if operation.is_writing:
        told["parameters"].append(HEADER_KEY)
        told["requestBody"] = _body(operation)
    return told


def _answer(shape: Shape) -> dict[str, Any]:
    return {"description": _("办好了"), "content": {"application/json": {"schema": shape}}}


def _body(operation: Operation) -> dict[str, Any]:
    empty = {"type": "object", "properties": {}, "additionalProperties": False}
    shape = of_form(operation.body) if operation.body else empty
    if operation.is_partial:
        shape = shape | {"required": []}
    return {"required": True, "content": {"application/json": {"schema": shape}}}


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    kinds = {name: kind for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule)}
    return [
        {"name": name, "in": "path", "required": True, "schema": ROW if kind == "int" else PLAIN_TEXT}
        for name, kind in kinds.items()
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": shape}
        for name, shape in operation.query.items()
    ]
