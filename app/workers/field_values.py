"""Values of the register in words, and what two people typed of the same record beside each other."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.kit.web.formatters import day, yes_no
from app.kit.web.labels import label
from app.workers.operations import LISTS, value_of
from app.workers.roster.fields import BY_NAME
from models.people.worker import Mandarin, Worker

HIDDEN = frozenset({"id_number", "phone", "household_phone"})


class Difference(NamedTuple):
    """One field: its word, what is kept now, what was typed. Numbers are never shown."""

    word: str
    kept: str
    typed: str


def differences(worker: Worker, typed: Mapping[str, Any]) -> list[Difference]:
    """Where ``typed`` is not what the register holds now."""
    return [
        Difference(_(BY_NAME[name].label), shown(name, kept), shown(name, value))
        for name, value in typed.items()
        if name not in HIDDEN and (kept := value_of(worker, name)) != value and (kept or value)
    ]


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
