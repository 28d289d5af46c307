"""What every page of one class shares."""

from typing import Any

from flask import render_template

from app.kit.web.guards import current_actor
from app.training.certification.operations import COUNTED_STEPS
from app.training.classes.queries.classes import tabs_for
from models.training.training_class import CLASS_WORKFLOW, TrainingClass
from models.workflow import Transition


def class_page(template: str, training_class: TrainingClass, **given: Any) -> str:
    """Render one of this room's pages of a class, with the tabs of all rooms and the steps counted here."""
    tabs, steps = tabs_for(current_actor()), counted_steps(training_class)
    return render_template(
        f"training/certification/{template}.html",
        training_class=training_class,
        tabs=tabs,
        steps=steps,
        **given,
    )


def counted_steps(training_class: TrainingClass) -> list[Transition]:
    """Return the steps of the class that this room counts for, which the reader may take now."""
    found = CLASS_WORKFLOW.available(training_class, current_actor())
    return [step for step in found if step.event in COUNTED_STEPS]
