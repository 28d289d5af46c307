"""Where a person of a county lives, told from an address, a title or a cell that holds more than its name.

The names of townships are those of 2023 (townships_2023.csv) and, of those merged or renamed since, those of
2016-07-31 (townships_2016.csv, 统计用区划代码 of the day; ``successor_code9`` is the township that has most
of the old one's villages today, found by comparing their names).
"""

import csv
import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple

from app.kit.files.cells.cell import clean
from app.workers.roster.places import DIVISIONS, short_name

TOWNSHIPS_NOW = DIVISIONS.with_name("townships_2023.csv")
TOWNSHIPS_BEFORE = DIVISIONS.with_name("townships_2016.csv")
PARTS = ("township", "village", "hamlet")

_SPACES = re.compile(r"[\s,，、;；]+")
_PROVINCE = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:省|自治区)")
_PREFECTURE = re.compile(r"[\u4e00-\u9fff]{2,9}?(?:自治州|地区|州|市)")
_COUNTY = re.compile(r"[\u4e00-\u9fff]{1,9}?(?:自治县|县|市|区|旗)(?!公所)")
_TOWNSHIP = re.compile(r"([\u4e00-\u9fff]{1,11}?(?:街道办事处|街道|乡|镇))(?:人民)?(?:政府)?")
_VILLAGE = re.compile(r"([\u4e00-\u9fff\d]{1,10}?)(村民委员会|村委会|居民委员会|居委会|行政村|社区|村)(?!民)")
_HAMLET = re.compile(r"第?([\u4e00-\u9fff\d]{0,10}?)(村民小组|小组|组|社|(?:屯|寨)(?!.{0,4}组))")
_NO_NAME = re.compile(r"(?:各|全|本|农|城|某|乡|村|所属|所辖|我|\d|年|月|度)*(?:乡|镇|街道)")


class Home(NamedTuple):
    """What an address says; ``elsewhere`` is another county, city or province it names, ``rest`` the door."""

    township: str = ""
    village: str = ""
    hamlet: str = ""
    rest: str = ""
    elsewhere: str = ""


class CountyPlaces:
    """The names of one county and of its townships, now and before."""

    def __init__(self, county_code: str) -> None:
        self.county_code = county_code

    @cached_property
    def names(self) -> frozenset[str]:
        """What the county is and was called, long and short: for 451021 田阳县, 田阳区 and 田阳."""
        rows = [row for row in _divisions() if self.county_code in (row["code"], row["predecessor_code"])]
        return frozenset(name for row in rows for name in (row["name"], short_name(row["name"])))

    @cached_property
    def townships(self) -> dict[str, str]:
        """Every name of a township, and what it is called today ("" where nobody knows)."""
        now = {row["name"]: row["code9"] for row in _towns(TOWNSHIPS_NOW) if self._is_own(row)}
        by_code = {code: name for name, code in now.items()}
        before = {
            row["name"]: by_code.get(row["successor_code9"], "")
            for row in _towns(TOWNSHIPS_BEFORE)
            if self._is_own(row)
        }
        return before | {name: name for name in now}

    def _is_own(self, row: dict[str, str]) -> bool:
        return row["county_code_2016"] == self.county_code

    @cached_property
    def _above(self) -> frozenset[str]:
        """The names of the province and the prefecture."""
        codes = {f"{self.county_code[:2]}0000", f"{self.county_code[:4]}00"}
        rows = [row["name"] for row in _divisions() if row["code"] in codes]
        return frozenset(name for row in rows for name in (row, short_name(row), f"{short_name(row)}州"))

    @cached_property
    def _stems(self) -> dict[str, str]:
        """The townships of today by their names without 乡 or 镇, where only one has it."""
        stems: dict[str, list[str]] = {}
        for name in self.townships.values():
            stems.setdefault(re.sub("(?:民族)?乡$|镇$|街道$", "", name), []).append(name)
        return {stem: names[0] for stem, names in stems.items() if len(set(names)) == 1 and len(stem) > 1}

    @cached_property
    def _by_length(self) -> list[str]:
        return sorted(self.townships, key=len, reverse=True)

    def read(self, text: str) -> Home:
        """Take an address apart: 四川省凉山州昭觉县日哈乡觉呷村1组."""
        left = _SPACES.sub("", clean(text))
        left, elsewhere = self._without_county(left)
        if elsewhere:
            return Home(elsewhere=elsewhere)
        township, left = self._township(left)
        village, left = _taken(_VILLAGE, left)
        hamlet, left = _taken(_HAMLET, left)
        return Home(township, village, hamlet, left)

    def _without_county(self, text: str) -> tuple[str, str]:
        """The text behind province, prefecture and county, and which of them is another one's."""
        for pattern, own in ((_PROVINCE, self._above), (_PREFECTURE, self._above), (_COUNTY, self.names)):
            name = next((name for name in sorted(own, key=len, reverse=True) if text.startswith(name)), "")
            behind = text.removeprefix(name)
            if name and not self._begins_with_township(text) and behind[:1] not in ("乡", "镇", "村"):
                text = behind
                continue
            other = pattern.match(text)
            if other and _is_division(other[0]) and other[0] not in self.names | self._above:
                return text, other[0]
        return text, ""

    def _begins_with_township(self, text: str) -> bool:
        return any(text.startswith(name) for name in self._by_length)

    def _township(self, text: str) -> tuple[str, str]:
        seat = text.removeprefix("城")  # 昭觉县城新城镇: what is left of 县城
        text = seat if self._begins_with_township(seat) and not self._begins_with_township(text) else text
        name = next((name for name in self._by_length if text.startswith(name)), "")
        if name:
            return name, re.sub(r"^(?:人民)?(?:政府|办事处)", "", text.removeprefix(name))
        found = _TOWNSHIP.match(text)
        if found and not _NO_NAME.fullmatch(found[1]) and not text[found.end() :].startswith("村"):
            return found[1], text[found.end() :]
        stem = next((stem for stem in self._stems if text.startswith(stem)), "")
        if stem and _VILLAGE.match(text.removeprefix(stem)):
            return self._stems[stem], text.removeprefix(stem)
        return "", text

    def named_in(self, text: str) -> dict[str, str]:
        """The township and the village that a title, a sheet or a file speaks of."""
        plain = _SPACES.sub("", clean(text))
        known = next((name for name in self._by_length if name in plain), "")
        if not known and self._names_another_county(plain):
            return {}
        township = known or _titled_township(plain)
        behind = plain.split(known, 1)[1] if known else plain
        village = _TITLED_VILLAGE.search(behind)
        places = {"township": township, "village": village.group(1) if village else ""}
        return {name: place for name, place in places.items() if place}

    def _names_another_county(self, text: str) -> bool:
        return not any(name in text for name in self.names) and any(name in text for name in _counties())


_TITLED_TOWNSHIP = re.compile(r"(?:^.*[县市区旗州省])?([\u4e00-\u9fff]{1,10}?(?:乡|镇|街道))(?![长域村])")
_TITLED_VILLAGE = re.compile(
    r"(?:^.*[乡镇])?([\u4e00-\u9fff]{1,10}?(?<!农)(?:村|社区|居委会))(?![贫人委级集劳])"
)


def _titled_township(text: str) -> str:
    found = _TITLED_TOWNSHIP.match(text)
    return found.group(1) if found and not _NO_NAME.fullmatch(found.group(1)) else ""


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """A village or a hamlet at the beginning of ``text``, and what stands behind it."""
    found = pattern.match(text)
    if not found or not (found[1] or found[2] == "社区"):
        return "", text
    ending = {"行政村": "村", "村民委员会": "村", "村委会": "村", "居民委员会": "居委会"}.get(
        found[2], found[2]
    )
    stem = found[1].removesuffix("村") if ending == "村" else found[1]
    name = f"{stem}{ending}" if pattern is _VILLAGE else found[0]
    return name, text[found.end() :]


@cache
def places_of(county_code: str) -> CountyPlaces:
    """The places of a county, read once a process."""
    return CountyPlaces(county_code)


@cache
def _divisions() -> list[dict[str, str]]:
    with DIVISIONS.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def _division_names() -> frozenset[str]:
    return frozenset(name for row in _divisions() for name in (row["name"], short_name(row["name"])))


@cache
def _counties() -> frozenset[str]:
    return frozenset(row["name"] for row in _divisions() if row["level"] == "county" and len(row["name"]) > 2)


def _is_division(name: str) -> bool:
    """Whether a name is one of a province, a prefecture or a county, ours or by its ending any other's."""
    return name in _division_names() or name.endswith(("省", "自治区", "自治州", "地区", "市", "县"))


def _towns(file: object) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:  # type: ignore[attr-defined]
        yield from csv.DictReader(lines)
