"""The township of each row: a missing or an unknown one is told, and whence an assumed one was read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from app.workers.operations import county_of, town_stem
from app.workers.roster.county_places import CountyPlaces, places_of
from app.workers.roster.fields import BY_NAME
from app.workers.roster.home import Origin
from app.workers.roster.rows import RosterRow
from models.bulk_upload import CellProblem
from models.i18n import Sentence
from models.people.worker import Worker

MISSING = Sentence("没有乡镇，按乡镇查不到这个人；请补填，或导入后在台账里一起填")
RENAMED = Sentence("“%(text)s”是以前的名称，现在归%(now)s，照原名登记")
FORMER = Sentence("“%(text)s”是以前的名称，不在现在的乡镇表里，照原名登记")
MOST_SHOWN = 20
NEAREST = 3
NEAR = 50


class Townships:
    """The townships that one county has in the register."""

    def __init__(self, session: Session, county_code: str) -> None:
        self._county = county_of(session, county_code)
        self._places = places_of(county_code)
        self.says = lru_cache(maxsize=4096)(self._says)

    def warning(self, row: RosterRow, values: Mapping[str, Any], worker: Worker | None) -> list[CellProblem]:
        """What is to be told of a row's township, if anything."""
        township = values.get("township") or (worker.township if worker else "")
        sentence = self.says(township) if township else MISSING
        if not sentence or (worker and township == worker.township):
            return []
        header = next((column.header for column in row.columns if column.field == "township"), "")
        if header and any(warning.header == header for warning in row.warnings):
            return []  # it is told already why there is none
        return [CellProblem(header or BY_NAME["township"].label, sentence)]

    def _says(self, township: str) -> Sentence | None:
        today = self._places.townships.get(township)
        if today == township or self._county.town_code(township):
            return None
        if today:
            return Sentence(RENAMED.text, {"text": township, "now": today})
        if today is not None:
            return Sentence(FORMER.text, {"text": township})
        near = nearest(self._places, township)
        about: dict[str, Any] = {"text": township[:20], "near": near}
        if near:
            return Sentence("本县没有“%(text)s”这个乡镇，名称相近的是%(near)s，请核对", about)
        return Sentence("本县没有“%(text)s”这个乡镇，请核对", {"text": township[:20]})


def nearest(places: CountyPlaces, township: str) -> list[str]:
    """The names of the county's townships that are most like one it does not have."""
    from rapidfuzz import fuzz, process

    stems = {name: town_stem(name) for name in places.townships if places.townships[name] == name}
    found = process.extract(town_stem(township), stems, scorer=fuzz.ratio, score_cutoff=NEAR, limit=NEAREST)
    return [name for _stem, _score, name in found]


class AssumedTownships:
    """Whence the townships were read that stand in no column of their own, counted while rows are planned."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, rows: Iterable[RosterRow]) -> None:
        """Take in some rows."""
        for row in rows:
            if origin := row.origins.get("township"):
                self._counts[origin.value, str(row.values["township"])] += 1

    def kept(self) -> list[list[Any]]:
        """What a batch keeps: [origin, township, how many people], the most first."""
        return [[*key, count] for key, count in self._counts.most_common()]


@dataclass(frozen=True)
class AssumedTownship:
    """A township that rows were given, and whence."""

    origin: Origin
    township: str
    people: int


def assumed(kept: Mapping[str, Any] | None) -> list[AssumedTownship]:
    """The townships that were assumed in a batch's reading."""
    rows = (kept or {}).get("townships", [])
    return [AssumedTownship(Origin(origin), township, people) for origin, township, people in rows][
        :MOST_SHOWN
    ]
