"""What a row says against what the register knows: fields, before and after, and how both are kept as JSON.

Empty cells say nothing: they never blank what the register knows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.workers.operations import HOUSEHOLD_FIELDS, PLAIN_FIELDS
from models.people.household import Household
from models.people.identity import IdNumber
from models.people.phone import merged, read_phones, written
from models.people.worker import Worker

ID_FIELD = "id_number"
COMPARED = tuple(name for name in PLAIN_FIELDS if name != "name")
SAID = frozenset({*PLAIN_FIELDS, *HOUSEHOLD_FIELDS, "phone"})
DATES = ("available_on", "identified_on", "monitored_on", "risk_cleared_on")
HOUSEHOLD_VALUES = HOUSEHOLD_FIELDS.keys() - {"household_code"}

Changes = dict[str, list[Any]]


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a row says something about (what follows from the identity number is not said)."""
    return {name: value for name, value in values.items() if name in SAID and value not in (None, "")}


def changes_to(
    worker: Worker | None, values: Mapping[str, Any], households: Mapping[str, Household]
) -> Changes:
    """{field: [before, after]} of what ``values`` would change of a person and their household.

    ``households`` holds those that ``values`` may name. Of a new person (None) only the household can change.
    """
    stated = given(values)
    changes = {} if worker is None else _own_changes(worker, stated)
    code = stated.get("household_code")
    household = households.get(code) if code else worker.household if worker else None
    if worker and code and (worker.household is None or worker.household.code != code):
        changes["household_code"] = [worker.household.code if worker.household else None, code]
    return changes | (household_changes(household, stated) if household or worker else {})


def _own_changes(worker: Worker, stated: Mapping[str, Any]) -> Changes:
    changes = {
        name: [plain(before), plain(stated[name])]
        for name in COMPARED
        if name in stated and (before := getattr(worker, name)) != stated[name]
    }
    if "phone" in stated:
        before, after = _telephones(written(worker.telephones), stated["phone"])
        changes |= {"phone": [before, after]} if before != after else {}
    return changes


def _telephones(known: str, told: str) -> tuple[str | None, str]:
    """Telephones before and after a sheet told ``told``."""
    return known or None, written(merged(read_phones(known).phones, read_phones(told).phones))


def household_changes(household: Household | None, stated: Mapping[str, Any]) -> Changes:
    """What changes of a household; of one that does not exist yet, everything said."""
    if household is None and not stated.get("household_code"):
        return {}
    changes: Changes = {}
    for key in HOUSEHOLD_VALUES & stated.keys():
        before, after = _household_value(household, HOUSEHOLD_FIELDS[key]), stated[key]
        if key == "household_phone":
            before, after = _telephones(before or "", after)
        if before != after:
            changes[key] = [plain(before), plain(after)]
    return changes


def _household_value(household: Household | None, name: str) -> Any:
    """A household's value; of one not yet in the table, what the table will say."""
    value = getattr(household, name, None)
    default = Household.__table__.c[name].default
    return default.arg if value is None and default is not None else value


def plain(value: Any) -> Any:
    """A value as JSON keeps it: dates in ISO form, everything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def storable(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of a new person as JSON keeps it."""
    stated = {name: plain(value) for name, value in given(values).items()}
    return stated | {ID_FIELD: values[ID_FIELD]}


def restored(values: Mapping[str, Any]) -> dict[str, Any]:
    """What :func:`storable` or a change kept, in the types the register takes."""
    typed = dict(values)
    for name in DATES:
        if isinstance(typed.get(name), str):
            typed[name] = date.fromisoformat(typed[name])
    if typed.get(ID_FIELD):
        typed[ID_FIELD] = IdNumber(typed[ID_FIELD])
    return typed
