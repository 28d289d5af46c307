"""The township, village and hamlet of one row: from its columns, else its address, title, sheet or file name.

A column that holds more than its name says (乡镇: 四开镇好谷村, 村: 好谷村1组) is taken apart.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from app.workers.roster.county_places import PARTS, CountyPlaces, Home
from models.i18n import N_, Sentence

_LIVES_NOW = ("现", "居住", "通讯", "常住")


class Origin(enum.StrEnum):
    """Where a row's township was read that stands in no column of its own."""

    COLUMN = "column"
    ADDRESS = "address"
    TITLE = "title"
    SHEET = "sheet"
    FILE = "file"


ORIGIN_LABELS = {
    Origin.COLUMN: N_("从一列里拆出来"),
    Origin.ADDRESS: N_("住址里写的"),
    Origin.TITLE: N_("表里的标题写的"),
    Origin.SHEET: N_("工作表名写的"),
    Origin.FILE: N_("文件名写的"),
}


class Address(NamedTuple):
    """A cell of an address column, with its heading."""

    header: str
    text: str

    @property
    def is_of_today(self) -> bool:
        """Whether it tells where somebody lives now, which may be anywhere."""
        return any(word in self.header for word in _LIVES_NOW)


class Titles(NamedTuple):
    """What titles, sheet and file say, and which of them says it."""

    places: Mapping[str, str]
    origins: Mapping[str, Origin]


def settle_home(
    values: dict[str, Any], addresses: Iterable[Address], titles: Titles, places: CountyPlaces
) -> tuple[dict[str, Origin], list[tuple[str, Sentence]]]:
    """Fill in ``values`` what is known of the home; returns whence it comes and warnings by heading."""
    origins = _take_apart(values, places)
    warnings = []
    for address in sorted(addresses, key=lambda address: address.is_of_today):
        home = places.read(address.text)
        if home.elsewhere and not address.is_of_today:
            warnings.append((address.header, _elsewhere(home)))
        if not home.elsewhere and home.township and values.get("township", home.township) == home.township:
            origins |= _fill(values, home._asdict(), Origin.ADDRESS)
        elif not home.elsewhere and home.village and _agrees(values, home):
            origins |= _fill(values, {"village": home.village, "hamlet": home.hamlet}, Origin.ADDRESS)
    for name, place in titles.places.items():
        if not values.get(name):
            values[name] = place
            origins[name] = titles.origins.get(name, Origin.TITLE)
    return origins, warnings


def _agrees(values: Mapping[str, Any], home: Home) -> bool:
    """Whether an address without a township may fill the village: none is known, or it is the same."""
    return not home.township and values.get("village", home.village) == home.village


def _elsewhere(home: Home) -> Sentence:
    return Sentence(
        "住址写的是“%(text)s”，和正在导入的县不同，没有按它登记乡镇，请核对", {"text": home.elsewhere[:20]}
    )


def _take_apart(values: dict[str, Any], places: CountyPlaces) -> dict[str, Origin]:
    origins: dict[str, Origin] = {}
    for name in PARTS:
        text = values.get(name)
        if not isinstance(text, str):
            continue
        home = places.read(text)
        parts = {part: getattr(home, part) for part in PARTS if getattr(home, part)}
        if home.rest or home.elsewhere or name not in parts or parts[name] == text:
            continue
        if all(values.get(part) in (None, "", parts[part]) for part in parts if part != name):
            values[name] = parts[name]
            origins |= dict(_filled(values, parts, Origin.COLUMN))
            origins.setdefault(name, Origin.COLUMN)
    return origins


def _fill(values: dict[str, Any], home: Mapping[str, str], origin: Origin) -> dict[str, Origin]:
    return dict(_filled(values, home, origin))


def _filled(values: dict[str, Any], home: Mapping[str, str], origin: Origin) -> Iterator[tuple[str, Origin]]:
    for name in PARTS:
        if home.get(name) and not values.get(name):
            values[name] = home[name]
            yield name, origin
