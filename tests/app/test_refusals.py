"""Whatever a form is refused for, the answer is a page of its room with the reason on it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.routing import Rule

from app.kit.api.routes import is_program_s
from app.kit.web.guards import policy_of
from models.access import ROLE_PERMISSIONS, Permission, Role
from models.i18n import Sentence
from models.workflow import TransitionRefused
from tests.app.test_matrix import UNSCOPED, VISIBLE, address, kind_of
from tests.factories.world import World

REASON = Sentence("请写明理由。")
# No page stands above the addresses of these: the browser says where they stood.
STOOD_ON = {
    "accounts.decide": "/admin/oversight",
    "attendance.check_in": "/training/lessons/checked-in",
    "certification.breach": "/training/classes",
    "portal.own_data": "/my/profile",
}


def refusing(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, which refuses whatever is sent to it."""

    @wraps(view)
    def refuse(**given: Any) -> Any:
        if request.method == "POST":
            raise TransitionRefused(REASON, Sentence("这个班已经取消。"))
        return view(**given)

    return refuse


def who_may(app: Flask, rule: Rule, kind: str | None) -> Role | None:
    """A role that may send the form, and reads the first tenant's row."""
    policy = policy_of(app, rule.endpoint)
    roles = [role for role in Role if not isinstance(policy, Permission) or policy in ROLE_PERMISSIONS[role]]
    return next((role for role in roles if kind is None or "one" in VISIBLE[kind].get(role, ())), None)


def test_every_refused_form_is_answered_on_a_page_of_its_room(
    app: Flask, world: World, sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    clients: dict[Role, Any] = {}
    bare, tried = [], 0
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.endpoint):
        if (
            "POST" not in rule.methods
            or is_program_s(rule.rule)
            or rule.endpoint
            in (
                "accounts.sign_in",
                "accounts.sign_in_with_pin",
                "accounts.sign_out",
                "accounts.language",
            )
        ):
            continue
        rows = sorted(
            rule.arguments - {"slug", "reason", "token", "code", "key"}, key=lambda name: name != "run_id"
        )
        kind = kind_of(rule.endpoint, rows[0]) if rows and rule.endpoint not in UNSCOPED else None
        role = who_may(app, rule, kind)
        if role is None or (rows and kind is None) or "key" in rule.arguments:
            continue
        client = clients.setdefault(role, sign_in(world.users[role]))
        path = address(rule, world, rows[0], world.tenants["one"].ids[kind]) if kind else rule.rule
        for name in ("slug",):
            path = path.replace(f"<{name}>", "codes")
        monkeypatch.setitem(app.view_functions, rule.endpoint, refusing(app.view_functions[rule.endpoint]))
        answer = client.post(path, data={"page": STOOD_ON.get(rule.endpoint, "")})
        is_shown = "error-page" not in answer.text and REASON.text in answer.text
        if answer.status_code != 409 or not is_shown:
            bare.append(f"{rule.endpoint} as {role}: {answer.status_code}")
        tried += 1
    assert bare == []
    assert tried > 120
