"""Places as people write them (佛山, 浙江省, 本县): the areas of the platform, and the other provinces."""

import re
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.i18n import N_, Sentence
from models.reference.area import Area, AreaLevel, area_names, area_stem

# GB/T 2260: the provinces that have no areas of their own here, since nobody of the programme is from there.
OTHER_PROVINCES = {
    "110000": N_("北京市"),
    "120000": N_("天津市"),
    "130000": N_("河北省"),
    "140000": N_("山西省"),
    "150000": N_("内蒙古自治区"),
    "210000": N_("辽宁省"),
    "220000": N_("吉林省"),
    "230000": N_("黑龙江省"),
    "310000": N_("上海市"),
    "320000": N_("江苏省"),
    "330000": N_("浙江省"),
    "340000": N_("安徽省"),
    "350000": N_("福建省"),
    "360000": N_("江西省"),
    "370000": N_("山东省"),
    "410000": N_("河南省"),
    "420000": N_("湖北省"),
    "430000": N_("湖南省"),
    "460000": N_("海南省"),
    "500000": N_("重庆市"),
    "540000": N_("西藏自治区"),
    "610000": N_("陕西省"),
    "620000": N_("甘肃省"),
    "630000": N_("青海省"),
    "640000": N_("宁夏回族自治区"),
    "650000": N_("新疆维吾尔自治区"),
    "810000": N_("香港"),
    "820000": N_("澳门"),
    "710000": N_("台湾"),
}
HERE = ("本县", "县内", "本地", "家里", "在家", "本乡", "本村")
_ENDINGS = (
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "自治县",
    "地区",
    "省",
    "市",
    "州",
    "县",
    "区",
    "旗",
)
_MINORITY = re.compile(r"(.{2,9}?)(?:[^族]{1,4}族){1,6}自治([州县])")
_LEVELS = (AreaLevel.PROVINCE, AreaLevel.PREFECTURE, AreaLevel.COUNTY)


class Places:
    """The places of the country as far as the platform knows them, by their names with and without ending.

    A name that two places share is nobody's (鼓楼); written with what lies above (佛山市南海区) the last
    part counts.
    """

    def __init__(self, session: Session, county_code: str) -> None:
        rows = session.execute(select(Area.code, Area.name).where(Area.level.in_(_LEVELS)))
        known = [(code, name) for code, name in rows] + list(OTHER_PROVINCES.items())
        self._county = county_code
        self._names: Mapping[str, set[str]] = _by_name(known)

    def code_of(self, text: str) -> str | None:
        """The code of a place, or None where it is not one place."""
        said = "".join(text.split()).removeprefix("中国")
        if said in HERE:
            return self._county
        whole = self._names.get(said, set())
        if len(whole) == 1:
            return next(iter(whole))
        return self._within(said)

    def _within(self, said: str) -> str | None:
        """广东佛山, 四川省成都市: what lies within what, the most exact that is known."""
        best: str | None = None
        for cut in range(2, len(said) - 1):
            above, below = self._names.get(said[:cut], set()), said[cut:]
            for outer in above:
                inner = {code for code in self._names.get(below, set()) if _lies_in(code, outer)}
                if len(inner) == 1:
                    best = next(iter(inner))
                elif not inner and best is None and len(above) == 1 and (deep := self._within(said[cut:])):
                    best = deep if _lies_in(deep, outer) else best
        return best


def _lies_in(code: str, outer: str) -> bool:
    return code != outer and code.startswith(area_stem(outer))


def _by_name(known: list[tuple[str, str]]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for code, name in known:
        for spelling in _spellings(name):
            names.setdefault(spelling, set()).add(code)
    return names


def _spellings(name: str) -> set[str]:
    """凉山彝族自治州 is also 凉山 and 凉山州, 佛山市 also 佛山."""
    if told := _MINORITY.fullmatch(name):
        return {name, told[1], told[1] + told[2]}
    for ending in _ENDINGS:
        stem = name.removesuffix(ending)
        if stem != name and len(stem) >= 2:
            return {name, stem}
    return {name}


def place_names(session: Session, codes: Collection[str]) -> dict[str, str | Sentence]:
    """The names of places by code; a county stands with nothing above it, as people say it."""
    named: dict[str, str | Sentence] = dict(area_names(session, codes))
    return named | {code: Sentence(OTHER_PROVINCES[code]) for code in codes if code in OTHER_PROVINCES}
