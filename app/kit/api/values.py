"""Values of rows as JSON says them: days and instants in ISO 8601, money in yuan, unknown as null."""

import enum
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.kit.api.bodies import questions
from app.kit.api.shapes import Shape, maybe, of_field
from app.kit.web.fields import Form, YuanField


def plain(value: Any) -> Any:
    """``value`` as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def yuan(fen: int | None) -> int | float | None:
    """A sum in fen, in yuan."""
    return None if fen is None else fen // 100 if fen % 100 == 0 else fen / 100


def stated(kind: type[Form], row: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What ``row`` says to the questions of its form, by the names that a program sends them under."""
    return {
        name: yuan(getattr(row, field.name))
        if isinstance(field, YuanField)
        else plain(getattr(row, field.name))
        for name, field in questions(kind(formdata=None)).items()
        if name not in without
    }


def shape_of_stated(kind: type[Form], without: tuple[str, ...] = ()) -> Shape:
    """The shape of :func:`stated`: what is stored may be older than today's lists and bounds."""
    fields = {name: field for name, field in questions(kind(formdata=None)).items() if name not in without}
    shapes = {name: _loose(of_field(field)) for name, field in fields.items()}
    return {
        "type": "object",
        "properties": shapes,
        "required": list(shapes),
        "additionalProperties": False,
    }


def _loose(shape: Shape) -> Shape:
    kind = shape["type"][0] if isinstance(shape["type"], list) else shape["type"]
    told: Shape = {"type": "number" if kind == "integer" else kind, "title": shape["title"]}
    if kind == "string" and "enum" in shape:
        told["type"] = ["string", "integer"]  # levels are numbers
    if kind == "array":
        told["items"] = {"type": "string"}
    return maybe(told)
