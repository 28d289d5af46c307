"""The hukou rules the programme starts with: written from memory, live, and unverified until checked."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import config
from app.kit.reference_files import confidence_of
from models.hukou.rule import RuleState

FILE = config.ROOT / "models" / "reference" / "hukou_rules.json"


def seeds() -> list[dict[str, Any]]:
    """The seed rules as they stand in the file."""
    rules: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return rules


def hukou_rules() -> Iterator[dict[str, Any]]:
    """One live first version of each route; those known to be dead end by their date."""
    for seed in seeds():
        yield {
            "city_code": seed["city_code"],
            "route": seed["route"],
            "kind": seed["kind"],
            "version_number": 1,
            "version_name": seed["version_name"],
            "state": RuleState.LIVE,
            "document": seed["document"],
            "valid_from": date.fromisoformat(seed["valid_from"]) if seed["valid_from"] else None,
            "valid_to": date.fromisoformat(seed["valid_to"]) if seed["valid_to"] else None,
            "conditions": seed["conditions"],
            "points": {},
            "ranking": [],
            "ranking_text": seed["ranking_text"],
            "note": seed["note"],
            "confidence": seed["confidence"],
            "priority_orders": False,
            "version": 1,
            "verified_document": "",
        }


def hukou_quotas() -> Iterator[dict[str, Any]]:
    """The yearly places that the seeds name, remembered like the rules."""
    for seed in seeds():
        confidence, basis = confidence_of(f"{seed['confidence']}忆")
        for year, total in seed["quota"].items():
            yield {
                "city_code": seed["city_code"],
                "route": seed["route"],
                "year": int(year),
                "total": total,
                "valid_from": date(int(year), 1, 1),
                "valid_to": date(int(year), 12, 31),
                "source": seed["document"],
                "note": "",
                "verified": False,
                "confidence": confidence,
                "basis": basis,
                "checked_on": None,
                "entered": False,
            }
