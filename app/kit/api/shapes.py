"""What is sent and answered, as JSON Schema; the document of the interface is made of these."""

import re
from typing import Any

import wtforms
from wtforms import Field
from wtforms.validators import Length, NumberRange

from app.kit.api.bodies import Numbers, Rows, questions
from app.kit.web.days import DayField
from app.kit.web.fields import Form, ListField, TriStateField, YuanField
from app.kit.web.request_limits import MOST

Shape = dict[str, Any]
MOST_CHOICES = 60
TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer"}
AMOUNT: Shape = {"type": "number"}
YES: Shape = {"type": "boolean"}
ROW: Shape = {"type": "integer", "minimum": 0, "maximum": MOST}
DAY: Shape = {"type": "string", "format": "date"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
CURSOR: Shape = {"type": "string", "pattern": "^[0-9._-]{1,60}$"}
TEXTS: Shape = {"type": "array", "items": TEXT}


def maybe(shape: Shape) -> Shape:
    """``shape``, or null: nobody has said."""
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    choices = {"enum": [*shape["enum"], None]} if "enum" in shape else {}
    return shape | {"type": [*kinds, "null"]} | choices


def one_of(words: Any) -> Shape:
    """A text out of ``words``."""
    return {"type": "string", "enum": [str(getattr(word, "value", word)) for word in words]}


def obj(**properties: Shape) -> Shape:
    """An object with just these properties, each always there."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(item: Shape) -> Shape:
    """A list of ``item``."""
    return {"type": "array", "items": item}


def page(item: Shape) -> Shape:
    """One page of a list: its rows, and the cursor of the next page (null: this was the last)."""
    return obj(items=many(item), next=maybe(CURSOR))


def of_form(kind: type[Form]) -> Shape:
    """What a form takes."""
    fields = questions(kind(formdata=None))
    return {
        "type": "object",
        "properties": {name: of_field(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.flags.required],
        "additionalProperties": False,
    }


def of_field(field: Field) -> Shape:
    """What a field takes, with its words."""
    shape = _kind_of(field) | {"title": str(field.label.text)}
    if isinstance(field.description, str) or field.description:
        shape |= {"description": str(field.description)} if str(field.description) else {}
    return shape if field.flags.required else maybe(shape)


def _kind_of(field: Field) -> Shape:
    if isinstance(field, Rows):
        cell = {"type": ["string", "number", "null"]}
        return {"type": "array", "items": {"type": "object", "additionalProperties": cell}}
    if isinstance(field, Numbers):
        return {"type": "array", "items": ROW}
    if isinstance(field, TriStateField | wtforms.BooleanField):
        return dict(YES)
    if isinstance(field, ListField):
        return {"type": "array", "items": {"type": "string", "pattern": r"^[^、,，;；\n|]*$"}}
    if isinstance(field, wtforms.SelectMultipleField):
        return {"type": "array", "items": _text(field)}
    if isinstance(field, wtforms.IntegerField):
        return {"type": "integer"} | _bounds(field, 100 if isinstance(field, YuanField) else 1)
    if isinstance(field, wtforms.DecimalField):
        return {"type": "number"} | _bounds(field, 1)
    if isinstance(field, DayField):
        return dict(DAY)
    if isinstance(field, wtforms.DateTimeLocalField):
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$"}
    return _text(field)


def _text(field: Field) -> Shape:
    told: Any = getattr(field, "choices", None) or ()
    values = [_value_of(one) for one in told if one.value not in ("", None)]
    if values and len(values) <= MOST_CHOICES:
        return {"type": "string", "enum": values}
    most = [one.max for one in field.validators if isinstance(one, Length) and one.max > 0]
    return {"type": "string"} | ({"maxLength": most[0]} if most else {})


def _value_of(choice: Any) -> str:
    return str(getattr(choice.value, "value", choice.value))


def _bounds(field: Field, unit: int) -> Shape:
    told: Shape = {}
    for one in field.validators:
        if isinstance(one, NumberRange):
            told |= {} if one.min is None else {"minimum": _plain(one.min, unit)}
            told |= {} if one.max is None else {"maximum": _plain(one.max, unit)}
    return told


def _plain(value: Any, unit: int) -> int | float:
    return int(value) // unit if value == int(value) else float(value)


def path_of(rule: str) -> str:
    """A rule of Flask as OpenAPI writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
