"""A step of a workflow as a form asks for it: which event, why, and on which row."""

from collections.abc import Container
from typing import Any, Protocol

from flask import abort, request
from flask_babel import lazy_gettext as _l

from app.kit.web.fields import Form, paragraph
from app.kit.web.guards import current_actor, in_scope_or_404
from models.access import Permission
from models.workflow import Transition, Workflow

MOST_REASON = 300


class ReasonForm(Form):
    """Why: for a step that nobody takes without saying so."""

    reason = paragraph(_l("理由"), most=MOST_REASON, must=True)


def asked(
    flow: Workflow,
    among: Container[str] | None = None,
    permission: Permission | None = None,
    most: int = MOST_REASON,
) -> tuple[Transition, str]:
    """The step the form names and the reason it gives, of at most ``most`` characters.

    ``among`` are the events this room takes, ``permission`` the one its steps ask for. What no screen offers
    here is a bent form: 400.
    """
    step = flow.by_event.get(request.form.get("event", ""))
    if step is None or not step.shown or (among is not None and step.event not in among):
        abort(400)
    if permission not in (None, step.permission):
        abort(400)
    return step, request.form.get("reason", "").strip()[:most]


class HasPermission(Protocol):
    """A step of a workflow, or a room's own step."""

    @property
    def permission(self) -> Permission:
        """What taking the step asks for."""


def row_for(step: HasPermission, model: Any, row_id: int) -> Any:
    """The row if the actor may take the step on it, not only read it; else 403, or 404 as for none."""
    if not current_actor().can(step.permission):
        abort(403)
    return in_scope_or_404(model, row_id, step.permission)
