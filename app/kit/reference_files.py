"""The facts the platform starts with, read from the files of models/reference and the engine's vocabulary."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import config
import matching
from models.reference.area import AreaLevel
from models.reference.deadline import OWN_DAYS
from models.reference.release import RuleState
from models.reference.sourced import LAST_AUDIT, Basis, Confidence, is_proven
from models.reports.standard_indicators import STANDARD

FOLDER = config.ROOT / "models" / "reference"
PROGRAMME_START = date(2016, 12, 25)
LONG_AGO = date(1980, 1, 1)
DOCUMENT = "粤办发〔2016〕32号"
_CONFIDENCE = {
    "高": Confidence.HIGH,
    "中高": Confidence.MEDIUM_HIGH,
    "中": Confidence.MEDIUM,
    "中低": Confidence.MEDIUM_LOW,
    "低": Confidence.LOW,
}
_BASIS = {"原": Basis.DOCUMENT, "见": Basis.REPORT, "推": Basis.INFERENCE, "忆": Basis.MEMORY}


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of models/reference."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _last_day(text: str) -> date | None:
    return year_month(text) if text else None


def year_month(text: str) -> date:
    """2017, 2017-04 or 2017-04-24 as the first day it can mean."""
    parts = [int(part) for part in text.split("-")] + [1, 1]
    return date(*parts[:3])


def confidence_of(text: str) -> tuple[Confidence, Basis]:
    """中高见 -> (MEDIUM_HIGH, REPORT). Raises KeyError for anything but one level and one basis."""
    return _CONFIDENCE[text[:-1]], _BASIS[text[-1:]]


def _standing(row: dict[str, str]) -> dict[str, Any]:
    """How sure the fact of a row is and when it was last looked at, from its own columns."""
    confidence, basis = confidence_of(row["confidence"])
    return {
        "confidence": confidence,
        "basis": basis,
        "verified": is_proven(confidence, basis),
        "checked_on": year_month(row["checked_on"]) if row["checked_on"] else None,
        "entered": False,
    }


_AUDITED = {
    "confidence": Confidence.HIGH,
    "basis": Basis.REPORT,
    "verified": True,
    "checked_on": LAST_AUDIT,
    "entered": False,
    "note": "",
}


def areas() -> Iterator[dict[str, Any]]:
    """Areas with their history, then the townships of the programme's counties."""
    divisions = {row["code"]: row for row in rows_of("divisions")}
    programme = {row["code"] for row in rows_of("poverty_counties")}
    for code, row in divisions.items():
        later = divisions.get(row["successor_code"])
        yield _area(code, row, later, _programme_code(code, divisions, programme))
    for town in rows_of("townships_2023"):
        if town["code9"] not in divisions:
            yield {
                "code": town["code9"],
                "name": town["name"],
                "level": AreaLevel.TOWN.value,
                "parent_code": town["county_code_2016"],
                "prefecture_code": town["county_code_2016"][:4] + "00",
                "programme_code": None,
                "successor_code": None,
                "valid_from": None,
                "valid_to": None,
                "source": "统计用区划代码 2023",
                **_AUDITED,
            }


def _area(
    code: str, row: dict[str, str], later: dict[str, str] | None, programme_code: str | None
) -> dict[str, Any]:
    """One code; it ends the day before the code that followed it begins, so that a county has one a day."""
    level = row["level"]
    prefectures = {"prefecture": code, "county": row["parent_code"], "town": row["parent_code"][:4] + "00"}
    return {
        "code": code,
        "name": row["name"],
        "level": level,
        "parent_code": row["parent_code"] or None,
        "prefecture_code": prefectures.get(level),
        "programme_code": programme_code,
        "successor_code": row["successor_code"] or None,
        "valid_from": year_month(row["valid_from"]) if row["valid_from"] else None,
        "valid_to": year_month(later["valid_from"]) - timedelta(days=1) if later else None,
        "source": "GB/T 2260" if level != AreaLevel.TOWN else "统计用区划代码 2023",
        **_AUDITED,
        "note": row["note"],
    }


def _programme_code(code: str, divisions: dict[str, dict[str, str]], programme: set[str]) -> str | None:
    """Follow predecessors and successors to the code in the programme's list of 2016."""
    seen: set[str] = set()
    waiting = [code]
    while waiting:
        here = waiting.pop()
        if here in programme:
            return here
        if here in divisions and here not in seen:
            seen.add(here)
            waiting += [
                c for c in (divisions[here]["predecessor_code"], divisions[here]["successor_code"]) if c
            ]
    return None


def pairings() -> Iterator[dict[str, Any]]:
    """Who helps whom."""
    for row in rows_of("pairings"):
        yield {
            "recipient_code": row["recipient_code"],
            "recipient_name": row["recipient_name"],
            "helper_code": row["helper_code"],
            "helper_name": row["helper_name"],
            "relation": row["relation"],
            "kind": row["kind"],
            "valid_from": year_month(row["valid_from"]),
            "valid_to": _last_day(row["valid_to"]),
            "source": row["source"],
            "note": row["mode_note"],
            **_standing(row),
        }


def counties() -> Iterator[dict[str, Any]]:
    """The 53 counties of the document, and those that came in when it was widened in 2017."""
    for row in rows_of("poverty_counties"):
        is_first = row["in_2016_53"] == "1"
        yield {
            "area_code": row["code"],
            "name": row["name_2016"],
            "prefecture_code": row["prefecture_code"],
            "poverty_type": row["poverty_type"],
            "helper_city_code": row["helper_city_code"],
            "valid_from": year_month(row["valid_from"]),
            "valid_to": _last_day(row["valid_to"]),
            "source": f"{DOCUMENT} 三、10" if is_first else "2017年东西部扶贫协作扩大（黔南10县、毕节7县）",
            "note": row["note"],
            **_standing(row),
        }


def minimum_wages() -> Iterator[dict[str, Any]]:
    """Minimum wages of the cities of Guangdong; a city's row ends the day before its next one begins."""
    by_city: dict[str, list[tuple[date, dict[str, str]]]] = {}
    for row in rows_of("min_wages_guangdong"):
        for name in _cities_named(row["cities"]):
            by_city.setdefault(name, []).append((year_month(row["valid_from"]), row))
    names = {row["name"]: row["code"] for row in rows_of("divisions") if row["level"] == "prefecture"}
    rest = by_city.pop(REST)
    for name, code in names.items():
        if code.startswith("44"):
            own = by_city.get(name, [])
            years = {begins.year for begins, _row in own} | {begins.year - 1 for begins, _row in own}
            others = [(begins, row) for begins, row in rest if begins.year not in years]
            yield from _wage_rows(name, code, sorted(own + others, key=lambda pair: pair[0]))


REST = "其余"


def _cities_named(text: str) -> list[str]:
    """The full names of the cities that a row speaks of; REST for "all others"."""
    if text.startswith(REST):
        return [REST]
    return [city if city.endswith("市") else f"{city}市" for city in text.split("|")]


def _wage_rows(name: str, code: str, rows: list[tuple[date, dict[str, str]]]) -> Iterator[dict[str, Any]]:
    for n, (begins, row) in enumerate(rows):
        ends = rows[n + 1][0] - timedelta(days=1) if n + 1 < len(rows) else None
        yield {
            "city_code": code,
            "city_name": name,
            "monthly_yuan": int(row["monthly_yuan"]),
            "hourly_yuan": Decimal(row["hourly_parttime_yuan"]),
            "hourly_confidence": confidence_of(row["hourly_confidence"])[0],
            "hourly_verified": is_proven(*confidence_of(row["hourly_confidence"])),
            "valid_from": begins,
            "valid_to": ends,
            "source": row["document"],
            "note": "；".join(filter(None, (row["class"], row["note"]))),
            **_standing(row),
        }


def code_items() -> Iterator[dict[str, Any]]:
    """Code lists, known by name."""
    for row in rows_of("code_lists"):
        yield {
            "list_name": row["list"],
            "code": row["code"],
            "name": row["name"],
            "source": row["source"][:190],
            "valid_from": LONG_AGO,
            "valid_to": None,
            "note": row["note"][:190],
            **_standing(row),
        }


def occupations() -> Iterator[dict[str, Any]]:
    """The engine's occupations with their colloquial names."""
    names: dict[str, list[str]] = {}
    trades: dict[str, str] = {}
    for title, readings in matching.titles().items():
        for reading in readings:
            names.setdefault(reading.code, []).append(title)
            trades.setdefault(reading.code, reading.category)
    for code, name in matching.occupations().items():
        yield {
            "code": code,
            "name": name,
            "category": trades.get(code, ""),
            "synonyms": [title for title in names.get(code, []) if title != name],
            "valid_from": LONG_AGO,
            "valid_to": None,
            "source": "国家职业分类大典（2022年版）",
            **_AUDITED,
        }


def skills() -> Iterator[dict[str, Any]]:
    """The engine's skills and certificates; what the law wants of nine of them rests on its own documents."""
    laws = {row["name"]: row for row in rows_of("licences")}
    for entry in matching.skills():
        law = laws.get(entry.name)
        yield {
            "name": entry.name,
            "kind": entry.kind,
            "synonyms": list(entry.aliases),
            "licence_required": entry.licensed,
            "valid_from": LONG_AGO,
            "valid_to": None,
            "source": law["document"] if law else "平台词表",
            **(_AUDITED if law is None else _standing(law) | {"note": law["note"]}),
        }


def money_figures() -> Iterator[dict[str, Any]]:
    """Starting figures of the take-home line; each owner edits its own, an administrator the province's.
    All 待核.
    """
    for row in rows_of("money_figures"):
        yield {
            "owner_code": row["owner_code"],
            "kind": row["kind"],
            "name": row["name"],
            "monthly_fen": int(row["monthly_yuan"] or 0) * 100,
            "percent": Decimal(row["percent"]) if row["percent"] else None,
            "valid_from": year_month(row["valid_from"]),
            "valid_to": None,
            "source": row["source"],
            "note": "",
            **_standing(row),
        }


def fund_rules() -> Iterator[dict[str, Any]]:
    """What a year's money is by rule (article 10); a later year's growth is a row an administrator enters."""
    for row in rows_of("fund_rules"):
        yield {
            "helper_code": row["helper_code"],
            "county_yuan": int(row["county_yuan"]),
            "province_parts": int(row["province_parts"]),
            "city_parts": int(row["city_parts"]),
            "valid_from": year_month(row["valid_from"]),
            "valid_to": None,
            "source": row["source"],
            "note": row["note"],
            **_standing(row),
        }


def target_categories() -> Iterator[dict[str, Any]]:
    """Whom the register is for, in which years; what is remembered of them is 待核 until checked."""
    for row in rows_of("target_categories"):
        yield {
            "name": row["name"],
            "use": row["use"],
            "counts": row["counts"] == "1",
            "valid_from": year_month(row["valid_from"]),
            "valid_to": _last_day(row["valid_to"]),
            "source": row["source"],
            "note": row["note"],
            **_standing(row),
        }


def deadlines() -> Iterator[dict[str, Any]]:
    """The platform's own promises, everywhere; 待核 until an office says what it goes by."""
    for name, days in OWN_DAYS.items():
        yield {
            "name": name,
            "area_code": "",
            "days": days,
            "valid_from": PROGRAMME_START,
            "valid_to": None,
            "source": "平台自定，比法定期限短，待当地核定",
            "note": "待核",
            "confidence": Confidence.LOW,
            "basis": Basis.INFERENCE,
            "verified": False,
            "checked_on": None,
            "entered": False,
        }


def local_days() -> Iterator[dict[str, Any]]:
    """Feasts of the counties' peoples and farm seasons; all 待核."""
    for row in rows_of("local_days"):
        yield {
            "kind": row["kind"],
            "name": row["name"],
            "area_code": row["area_code"],
            "ethnicity": row["ethnicity"],
            "calendar": row["calendar"],
            "month": int(row["month"]),
            "day": int(row["day"]),
            "days": int(row["days"]),
            "valid_from": year_month(row["valid_from"]),
            "valid_to": _last_day(row["valid_to"]),
            "source": row["source"],
            "note": row["note"],
            **_standing(row),
        }


def training_standards() -> Iterator[dict[str, Any]]:
    """Starting figures of order training (domain.md 4); those from memory are 待核 until checked."""
    for row in rows_of("training_standards"):
        yield {
            "area_code": row["area_code"],
            "name": row["name"],
            "level": row["level"] or None,
            "occupation_code": row["occupation_code"],
            "value": int(row["value"]),
            "valid_from": year_month(row["valid_from"]),
            "valid_to": None,
            "source": row["source"],
            "note": row["note"],
            **_standing(row),
        }


def indicators() -> Iterator[dict[str, Any]]:
    """The first version of every definition of figures."""
    for place, standard in enumerate(STANDARD, 1):
        yield {
            **standard._asdict(),
            "version_number": 1,
            "state": RuleState.LIVE,
            "place": place,
            "valid_from": PROGRAMME_START.replace(month=1, day=1),
            "valid_to": None,
            "entered": False,
            "reason": "",
            "version": 1,
        }
