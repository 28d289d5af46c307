"""What every page of one class shares."""

from typing import Any

from flask import render_template

from app.kit.web.guards import current_actor
from app.training.cohorts.tabs import tabs_for
from app.training.results.operations import COUNTED_STEPS
from models.training.training_class import COHORT_WORKFLOW, Cohort
from models.workflow import Transition


def class_page(template: str, cohort: Cohort, **given: Any) -> str:
    """Render one of this room's pages of a class, with the tabs of all rooms and the steps counted here."""
    tabs, steps = tabs_for(current_actor()), counted_steps(cohort)
    return render_template(
        f"training/results/{template}.html", cohort=cohort, tabs=tabs, steps=steps, **given
    )


def counted_steps(cohort: Cohort) -> list[Transition]:
    """Return the steps of the class that this room counts for, which the reader may take now."""
    found = COHORT_WORKFLOW.available(cohort, current_actor())
    return [step for step in found if step.event in COUNTED_STEPS]
