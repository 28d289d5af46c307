"""Every form that asks for a day says on which side of today it lies; a fact that lies ahead is refused."""

import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DateTimeLocalField, Form

from app.kit.web.days import DayField, NotBefore, Reach
from models.clock import china_now, today

# Days that may lie on either side, and why.
ANY = {
    "OrderForm.start_on": "an order that goes on recruiting after the first people came",
    "OrderForm.valid_until": "asked against the day of posting, by its own rule",
    "FigureForm.since": "a sum is entered late, or ahead of the day from which it is paid",
    "WorkerForm.available_on": "a person who has been free for months is free",
    "ToldForm.on": "what is to be done by the end of this year, or was done by the end of last",
    "FactForm.valid_from": "a fact in force since long, or from next year on",
    "FactForm.valid_to": "in force until",
    "GrantForm.valid_from": "a right given late, or for later",
    "GrantForm.valid_to": "in force until",
    "RuleForm.valid_from": "a rule in force since long, or from next year on",
    "RuleForm.valid_to": "in force until",
    "JudgeForm.valid_until": "a paper that has lapsed is judged as such",
    "PairingForm.valid_from": "a pairing of 2016 is entered late, or one from next year on",
    "PairingForm.valid_to": "in force until",
    "PairingEndForm.valid_to": "a pairing that ended years ago, or will",
    "DefinitionForm.valid_from": "asked against the last frozen day by app.reports.definitions",
    "SubsidyRuleForm.valid_from": "a county's rule in force since long, or from next year on",
    "SubsidyRuleForm.valid_to": "in force until",
    "FactForm.expires_on": "in force until",
    "ClassForm.starts_on": "asked against today by models.training.class_rules, only for a new class",
    "ClassForm.ends_on": "asked by models.training.class_rules",
    "LessonForm.held_on": "asked against the days of its class",
    "TrainingOrderForm.ready_by": "asked by app.training.orders",
    "BidForm.starts_on": "asked by app.training.orders",
    "PostponeForm.starts_on": "asked against the agreement by app.training.agreements",
    "PostponeForm.ends_on": "asked against the agreement by app.training.agreements",
    "PostponeForm.ready_by": "asked against the agreement by app.training.agreements",
    "OfferForm.respond_by": "of the interface: asked by app.placements.operations.offers, as the page's",
    "ContactForm.valid_from": "a duty that began last week is entered late, or ahead",
    "ContactForm.valid_to": "on duty until",
    "EndContactForm.valid_to": "a duty that ended last week, or will",
    "RoundForm.home_from": "asked by app.placements.operations.spring_return: the festival's own months",
    "RoundForm.back_by": "asked by app.placements.operations.spring_return",
    "AnswerForm.leaves_on": "of the spring return: asked against the round's days",
    "AnswerForm.back_on": "of the spring return: asked against the round's days",
    "ShiftForm.first": "asked against the lessons that are still to come",
}
# Instants, each with a rule of its own: (form, field, may lie behind, may lie ahead).
INSTANTS = {
    "DepartureForm.departs_at": Reach.AHEAD,
    "SiteCheckForm.visited_at": Reach.PAST,
    "InterviewForm.held_at": Reach.ANY,
}


def forms(base: type[Form] = Form) -> Iterator[type[Form]]:
    for form in base.__subclasses__():
        # Those that ``form_for`` makes when a page is asked for stand in no module.
        if getattr(
            sys.modules.get(form.__module__), form.__name__, None
        ) is form and form.__module__.startswith("app."):
            yield form
        yield from forms(form)


def fields(kind: type) -> dict[str, tuple[type[Form], str]]:
    """By ``Form.field``, of the form that declares it."""
    return {
        f"{form.__name__}.{name}": (form, name)
        for form in forms()
        for name, field in vars(form).items()
        if getattr(field, "field_class", None) and issubclass(field.field_class, kind)
    }


def errors(form: type[Form], **typed: str) -> dict[str, list[str]]:
    made = form(formdata=MultiDict(typed), meta={"csrf": False})
    made.validate()
    return dict(made.errors)


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.test_request_context(method="POST"):
        yield


def test_every_day_of_a_form_lies_on_a_stated_side_of_today() -> None:
    days = fields(DayField)
    assert len(days) > 25
    unstated = {
        name for name, (form, field) in days.items() if getattr(form, field).field_class.reach is Reach.ANY
    }
    assert unstated == set(ANY)


def test_what_happened_is_refused_when_it_lies_ahead_and_what_is_planned_when_it_lies_behind() -> None:
    asked = 0
    for name, (form, field) in fields(DayField).items():
        reach = getattr(form, field).field_class.reach
        for side, days in ((Reach.PAST, 1), (Reach.AHEAD, -1)):
            if reach is side:
                asked += 1
                wrong = (today() + timedelta(days=days)).isoformat()
                assert field in errors(form, **{field: wrong}), name
                assert field not in errors(form, **{field: today().isoformat()}), name
    assert asked >= 12


def test_instants_have_a_rule_of_their_own() -> None:
    assert set(fields(DateTimeLocalField)) == set(INSTANTS)


def test_a_departure_in_the_past_is_refused_by_its_form() -> None:
    form, field = fields(DateTimeLocalField)["DepartureForm.departs_at"]
    gone, ahead = (f"{china_now() + timedelta(hours=hours):%Y-%m-%dT%H:%M}" for hours in (-1, 1))
    assert "出发时间已经过去了" in "".join(map(str, errors(form, departs_at=gone)["departs_at"]))
    assert field not in errors(form, departs_at=ahead)


def test_nothing_ends_before_it_begins() -> None:
    asked = 0
    for name, (form, field) in fields(DayField).items():
        order = [one for one in getattr(form, field).kwargs["validators"] if isinstance(one, NotBefore)]
        if order:
            asked += 1
            typed = {order[0].name: today().isoformat(), field: (today() - timedelta(days=1)).isoformat()}
            assert "不能早于" in "".join(map(str, errors(form, **typed)[field])), name
    assert asked >= 3
