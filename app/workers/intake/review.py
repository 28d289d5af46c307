"""Values of the register in words, for the list of changes."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.web.formatters import masked_tail, yes_no
from app.kit.web.labels import level_label
from app.workers.intake.queries import Line
from models.reference.area import area_names

PHONES = ("phone", "household_phone")


def shower(session: Session, lines: Iterable[Line]) -> Callable[[str, Any], str]:
    """A function (field, value) -> words, which knows the names of the places in ``lines``."""
    pairs = [
        line.row.changes["cities"] for line in lines if line.row.changes and "cities" in line.row.changes
    ]
    names = area_names(session, {code for pair in pairs for side in pair for code in side or ()})
    return lambda field, value: shown(field, value, names)


def shown(field: str, value: Any, names: dict[str, str]) -> str:
    """One value in words. A telephone keeps only its last four digits."""
    if field == "cities" and value == []:
        return _("不限")
    if value is None or value in ("", []):
        return _("未填")
    if field in PHONES:
        return masked_tail(value[-4:])[-11:]
    if isinstance(value, bool):
        return yes_no(value)
    if field == "mandarin":
        return level_label(value, "mandarin")
    if isinstance(value, list):
        return _("、").join(str(names.get(item, item)) for item in value)
    return str(value)
