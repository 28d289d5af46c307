"""A step of a workflow, as a program asks for it and is told of it."""

from collections.abc import Container, Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict

from app.kit.api.bodies import checked
from app.kit.api.problems import Unacceptable, Wrong
from app.kit.api.shapes import TEXT, TEXTS, Shape, many, obj
from app.kit.web.fields import Form, text
from app.kit.web.formatters import say
from app.kit.web.transition_forms import MOST_REASON
from models.workflow import Transition, Workflow

STEP: Shape = obj(event=TEXT, label=TEXT, against=TEXTS)
STEPS: Shape = many(STEP)


class StepForm(Form):
    """Which step, and why."""

    event = text(_l("哪一步"), most=40, must=True)
    reason = text(_l("理由"), most=MOST_REASON)


def step_asked(flow: Workflow, among: Container[str] | None = None) -> tuple[Transition, str]:
    """The step that was sent and its reason. Raises Unacceptable for one that this address does not take."""
    form = checked(StepForm())
    step = flow.by_event.get(form.event.data or "")
    if step is None or not step.shown or (among is not None and step.event not in among):
        raise Unacceptable(Wrong("event", _("没有这一步。")))
    reason = form.reason.data or ""
    request.form = ImmutableMultiDict({"reason": reason})  # what is left for the step's own form
    return step, reason


def steps_open(steps: Iterable[Transition]) -> list[dict[str, Any]]:
    """The steps that a row offers, each with what stands against it now."""
    return [
        {
            "event": one.event,
            "label": _(one.label),
            "against": [say(obstacle.sentence) for obstacle in one.against],
        }
        for one in steps
    ]
