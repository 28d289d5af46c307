"""Every form that corrects a stored row: saving it untouched changes nothing, whatever is stored in it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import wtforms
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField

from app.kit.web.fields import Form, InnerForm, RadioField, SelectField, SelectMultipleField
from models.access import Role
from models.jobs.order import Order, OrderState
from models.people.household import Household
from models.people.worker import Worker
from models.training.lesson import Lesson
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import TrainingOrder, TrainingOrderState
from tests.factories.browser_form import untouched
from tests.factories.world import World

SignIn = Callable[[object], FlaskClient]
UGLY = {
    Worker: {
        "ethnicity": "穿青人族",
        "relation": "户主之外甥女婿",
        "education_text": "文盲（扫盲班）",
        "labour_capacity": "弱劳力",
        "health_text": "残疾,地方病,健康",
        "work_status": "乡镇公益性岗位",
        "township": "已撤并的旧乡",
        "cities": ["440600", "330100"],
        "note": "第一行\n第二行",
        "mandarin": None,
    },
    Household: {
        "poverty_attribute": "深度贫困户",
        "poverty_cause": "因灾,交通条件落后，缺水,因病",
        "lifted": "返贫户",
    },
    Order: {"city_code": "330100", "insurance": ["大病", "工伤"], "headcount": 50},
    TrainingOrder: {"county_code": "522401", "headcount": 1},
}
EDITS = (
    (Role.COUNTY, "worker", Worker, "/workers/{}/edit"),
    (Role.ENTERPRISE, "order", Order, "/orders/{}/edit"),
    (Role.ENTERPRISE, "training_order", TrainingOrder, "/training/orders/{}/edit"),
    (Role.SCHOOL, "cohort", TrainingClass, "/training/classes/{}/edit"),
    (Role.SCHOOL, "lesson", Lesson, "/training/lessons/{}/change"),
)
WRITTEN_ANYWAY = {"version", "updated_at", "created_at"}


def columns(row: Any) -> dict[str, Any]:
    return {
        column.key: getattr(row, column.key)
        for column in inspect(type(row)).column_attrs
        if column.key not in WRITTEN_ANYWAY
    }


def spoil(session: Session, row: Any) -> list[Any]:
    """Store what no list has, and let the row be one that can be changed; returns what belongs to it."""
    rows = [row, row.household] if isinstance(row, Worker) else [row]
    for one in rows:
        for name, value in UGLY.get(type(one), {}).items():
            setattr(one, name, value)
    if isinstance(row, Order):
        row.state = OrderState.DRAFT
    elif isinstance(row, TrainingOrder):
        row.state = TrainingOrderState.DRAFT
    elif isinstance(row, TrainingClass):
        session.execute(update(TrainingClass).values(state=ClassState.CANCELLED))
        row.state, row.head_teacher = ClassState.DRAFT, "阿依老师"
    elif isinstance(row, Lesson):
        row.training_class.state = ClassState.DRAFT
    session.commit()
    return rows


@pytest.mark.parametrize(("role", "kind", "model", "url"), EDITS, ids=[edit[1] for edit in EDITS])
def test_saving_a_form_untouched_changes_nothing_that_is_stored(
    world: World, session: Session, sign_in: SignIn, role: Role, kind: str, model: Any, url: str
) -> None:
    number = world.tenants["one"].ids[kind]
    rows = spoil(session, session.get_one(model, number))
    before, client = [columns(row) for row in rows], sign_in(world.users[role])
    page = client.get(url.format(number)).text
    answer = client.post(url.format(number), data=untouched(page, url.format(number)))
    assert answer.status_code == 303, re.findall(r'class="problem"[^<]*', answer.text)
    session.expire_all()
    after = [columns(row) for row in rows]
    assert [
        (name, was[name], row[name])
        for was, row in zip(before, after, strict=True)
        for name in was
        if was[name] != row[name]
    ] == []


# A field of each form that one person changes, and one that another does.
TOUCHED = {
    "worker": (("village", "四开村", "竹核村"), ("companions", "和妻子一起")),
    "order": (("address", "镇里一号", "镇里二号"), ("pay_day", "15")),
    "training_order": (("certificate", "焊工证", "电工证"), ("note", "自带工具")),
    "cohort": (("place", "一号楼", "二号楼"), ("name", "焊工 9 班")),
    "lesson": (("place", "一号楼", "二号楼"), ("content", "安全用电")),
}


@pytest.mark.parametrize(("role", "kind", "model", "url"), EDITS, ids=[edit[1] for edit in EDITS])
def test_of_two_people_at_one_form_neither_wipes_what_the_other_wrote(
    world: World, session: Session, sign_in: SignIn, role: Role, kind: str, model: Any, url: str
) -> None:
    number = world.tenants["one"].ids[kind]
    spoil(session, session.get_one(model, number))
    client, address = sign_in(world.users[role]), url.format(number)
    (both, hers, his), (only_his, value) = TOUCHED[kind]
    first, second, third = (untouched(client.get(address).text, address, both) for _ in range(3))
    first[both], second[only_his], third[both] = hers, value, his
    assert [client.post(address, data=form).status_code for form in (first, second)] == [303, 303]
    session.expire_all()
    row = session.get_one(model, number)
    assert (getattr(row, both), str(getattr(row, only_his))) == (hers, value)
    asked = client.post(address, data=third)
    assert asked.status_code == 409
    assert (f"别人改成：{hers}" in asked.text, f"我填的：{his}" in asked.text) == (True, True)
    session.expire_all()
    assert getattr(session.get_one(model, number), both) == hers


def _forms() -> set[type[wtforms.Form]]:
    def below(kind: Any) -> set[Any]:
        return {kind, *(one for sub in kind.__subclasses__() for one in below(sub))}

    return below(Form) | below(InnerForm)


def test_every_menu_keeps_what_is_stored_beside_its_list(app: Flask) -> None:
    tried = set()
    with app.test_request_context():
        for form in _forms():
            for name, unbound in vars(form).items():
                if not isinstance(unbound, UnboundField) or not _is_menu(unbound.field_class):
                    continue
                field = _bound(unbound, name, form_data=None)
                if not _takes_words(field):
                    continue  # an enumeration or a number: its column holds nothing else
                assert isinstance(field, SelectField | SelectMultipleField | RadioField), (form, name)
                assert "原值：旧的说法（不在列表）" in str(field()), (form, name)
                again = _bound(unbound, name, form_data=MultiDict({name: "旧的说法"}))
                assert again.validate(wtforms.Form()), (form, name, again.errors)
                assert again.data in ("旧的说法", ["旧的说法"])
                new = _bound(unbound, name, form_data=MultiDict({name: "谁也没有存过"}))
                assert not new.validate(wtforms.Form()), (form, name)
                tried.add((form.__name__, name))
    assert len(tried) > 40, tried


def _is_menu(kind: type) -> bool:
    return issubclass(kind, wtforms.SelectField) and kind.__name__ != "TriStateField"


def _takes_words(field: Any) -> bool:
    try:
        return field.coerce("旧的说法") is not None
    except (ValueError, TypeError, KeyError):
        return False


def _bound(unbound: UnboundField, name: str, form_data: MultiDict[str, str] | None) -> Any:
    field = unbound.bind(form=wtforms.Form(), name=name)
    if field.choices is None:
        field.choices = [wtforms.fields.choices.SelectChoice("1", "一")]
    several = isinstance(field, wtforms.SelectMultipleField)
    field.process(form_data, data=["旧的说法"] if several else "旧的说法")
    return field
