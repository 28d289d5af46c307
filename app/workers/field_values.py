"""Values of the register in words: alone, beside what another person typed, before and after a change."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.web.formatters import day, yes_no
from app.kit.web.labels import label
from app.workers.operations import LISTS
from models.people.phone import masked
from models.people.worker import Mandarin
from models.reference.area import area_names

HIDDEN = frozenset({"id_number", "phone", "household_phone"})


def shown(name: str, value: Any) -> str:
    """A value in words; unknown is 未知."""
    if value is None or value in ("", []):
        return _("未知")
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, date):
        return day(value)
    if name == "mandarin":
        return label(Mandarin(value))
    return _("、").join(value) if name in LISTS else str(value)


def change_shower(session: Session, changes: Iterable[Mapping[str, Any]]) -> Callable[[str, Any], str]:
    """(field, value) -> words, for ``changes`` ({field: [before, after]}); knows the places they name."""
    pairs = [change["cities"] for change in changes if "cities" in change]
    names = area_names(session, {code for pair in pairs for side in pair for code in side or ()})
    return lambda field, value: _side_of_change(field, value, names)


def _side_of_change(field: str, value: Any, names: Mapping[str, str]) -> str:
    """One value before or after a change. A telephone keeps only its last four digits."""
    if field == "cities" and value == []:
        return _("不限")
    if value is None or value in ("", []):
        return _("未填")
    if field in ("phone", "household_phone"):
        return masked(value)
    return shown(field, [names.get(item, item) for item in value] if field == "cities" else value)
