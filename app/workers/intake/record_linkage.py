"""Who may be one person under two ID numbers or two spellings: blocking, then evidence added up.

The likelihood is a sum of log-odds in the manner of Fellegi and Sunter: each agreement or disagreement weighs
what it says about one person against chance. Families share phone, house and even parts of names, so those
weigh little; the same 人编号 (number in 全国扶贫开发信息系统, domain.md 2) weighs most. Nothing is decided
here.
"""

import functools
import math
from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations, product
from operator import ne
from typing import NamedTuple

from models.i18n import N_
from models.people.name import name_key
from models.people.name_reading import readings

LEAST_LIKELIHOOD = 0.6
CROWD = 60  # a phone or birthday shared by more people tells nothing
BLOCKING = ("person_code", "household", "birth_either_way", "phone")
MOST_LIKELIHOOD = 0.99  # never certain: it is a person who decides
PRIOR = -6.0
SAME_NAME, SAME_SOUND, LIKE_NAME = 5.0, 4.0, -1.0
SAME_BIRTH, TURNED_BIRTH, NEAR_BIRTH, OTHER_BIRTH = 3.0, 2.0, 1.5, -2.0
TURNED_SEQUENCE = SAME_SEQUENCE = 2.0
OTHER_SEX = -4.0
SAME_HOUSEHOLD, OTHER_HOUSEHOLD = 2.5, -1.0
SAME_VILLAGE, OTHER_VILLAGE = 1.0, -1.0
SAME_PHONE, SAME_PERSON_CODE = 1.5, 5.0
LEAST_SOUND = 0.8

Evidence = tuple[float, str]


class Person(NamedTuple):
    """What is compared. ``key`` names the record; ``is_new`` marks those that come with the file; ``tail``
    ends the ID number."""

    key: int
    is_new: bool
    name: str
    birth_date: date
    sex: str
    household: str
    village: str
    phone: str
    person_code: str
    tail: str = ""

    @property
    def birth_either_way(self) -> tuple[int, int, int]:
        """The birthday, equal for 3 December and 12 March."""
        month, day = sorted((self.birth_date.month, self.birth_date.day))
        return self.birth_date.year, month, day

    @property
    def sequence(self) -> str:
        """The three digits that tell people of one place and day apart; the last one tells the sex."""
        return self.tail[:3]


class Pair(NamedTuple):
    """Two records that may be one person: likelihood 0-1, and the sentences (msgids) that speak for it."""

    first: Person
    second: Person
    likelihood: float
    reasons: list[str]


def find_pairs(people: Iterable[Person]) -> Iterator[Pair]:
    """Pairs of at least :data:`LEAST_LIKELIHOOD`, of which at least one record is new."""
    for first, second in _candidates(list(people)):
        pair = compare(first, second)
        if pair and pair.likelihood >= LEAST_LIKELIHOOD:
            yield pair


def compare(first: Person, second: Person) -> Pair | None:
    """How likely two records are one person, or None where the names have nothing in common."""
    name = _name_evidence(first.name, second.name)
    if name is None:
        return None
    evidence = [name, *_life_evidence(first, second), *_place_evidence(first, second)]
    total = PRIOR + sum(weight for weight, _ in evidence)
    reasons = [reason for weight, reason in evidence if reason]
    likelihood = min(MOST_LIKELIHOOD, round(1 / (1 + math.exp(-total)), 2))
    return Pair(first, second, likelihood, reasons)


def _candidates(people: list[Person]) -> Iterator[tuple[Person, Person]]:
    """Every two people, one of them new, who share a blocking field; each two once."""
    groups = {field: _groups(people, field) for field in BLOCKING}
    for place, field in enumerate(BLOCKING):
        for group in groups[field].values():
            for first, second in combinations(group, 2):
                if (first.is_new or second.is_new) and not _met(first, second, groups, BLOCKING[:place]):
                    yield first, second


def _groups(people: list[Person], field: str) -> dict[Hashable, list[Person]]:
    """Those who share a value of ``field``, without crowds and loners."""
    groups: dict[Hashable, list[Person]] = defaultdict(list)
    for person in people:
        if value := getattr(person, field):
            groups[value].append(person)
    return {value: group for value, group in groups.items() if 1 < len(group) <= CROWD}


def _met(
    first: Person, second: Person, groups: Mapping[str, Container[Hashable]], fields: Iterable[str]
) -> bool:
    """Whether two people were compared already for what they share in ``fields``."""
    return any((value := getattr(first, f)) in groups[f] and value == getattr(second, f) for f in fields)


def _name_evidence(name: str, other: str) -> Evidence | None:
    if name == other:
        return SAME_NAME, N_("姓名相同")
    if name_key(name) == name_key(other):
        return SAME_NAME, N_("姓名相同，只是间隔点或字形写法不同")
    sounds, others = _sounds(name), _sounds(other)
    if not sounds.isdisjoint(others):
        return SAME_SOUND, N_("姓名同音")
    from rapidfuzz.distance import Indel

    pairs = product(sounds, others)
    if any(Indel.normalized_similarity(one, two, score_cutoff=LEAST_SOUND) for one, two in pairs):
        return LIKE_NAME, N_("姓名相近")
    return None


@functools.lru_cache(maxsize=65_536)
def _sounds(name: str) -> frozenset[str]:
    return frozenset(" ".join(way) for way in readings(name))


def _life_evidence(first: Person, second: Person) -> list[Evidence]:
    evidence = [_birth_evidence(first.birth_date, second.birth_date)]
    is_turned = _is_turned(first.sequence, second.sequence)
    if is_turned:
        evidence.append((TURNED_SEQUENCE, N_("证件号码的顺序码有相邻两位写反了")))
    is_day_turned = evidence[0][0] == TURNED_BIRTH
    if is_day_turned and first.sequence and first.sequence == second.sequence:
        evidence.append((SAME_SEQUENCE, N_("证件号码的顺序码相同")))
    if first.sex != second.sex and not is_turned:
        evidence.append((OTHER_SEX, ""))
    if first.person_code and first.person_code == second.person_code:
        evidence.append((SAME_PERSON_CODE, N_("人编号相同")))
    return evidence


def _birth_evidence(day: date, other: date) -> Evidence:
    if day == other:
        return SAME_BIRTH, N_("出生日期相同")
    if (day.year, day.month, day.day) == (other.year, other.day, other.month):
        return TURNED_BIRTH, N_("出生日期的月和日对调了")
    written, other_written = f"{day:%Y%m%d}", f"{other:%Y%m%d}"
    if _is_turned(written, other_written):
        return NEAR_BIRTH, N_("出生日期有相邻两位写反了")
    if sum(map(ne, written, other_written)) == 1:
        return NEAR_BIRTH, N_("出生日期只差一位")
    return OTHER_BIRTH, ""


def _is_turned(digits: str, other: str) -> bool:
    """Whether two neighbouring digits changed places, and nothing else."""
    places = [n for n, (one, two) in enumerate(zip(digits, other, strict=False)) if one != two]
    return (
        len(digits) == len(other)
        and len(places) == 2
        and places[1] == places[0] + 1
        and digits[places[0]] == other[places[1]]
        and digits[places[1]] == other[places[0]]
    )


def _place_evidence(first: Person, second: Person) -> list[Evidence]:
    return [
        *_agreement(first.household, second.household, SAME_HOUSEHOLD, OTHER_HOUSEHOLD, N_("同一户")),
        *_agreement(first.village, second.village, SAME_VILLAGE, OTHER_VILLAGE, N_("同一个村")),
        *_agreement(first.phone, second.phone, SAME_PHONE, 0.0, N_("电话相同")),
    ]


def _agreement(value: str, other: str, same: float, different: float, reason: str) -> list[Evidence]:
    """What two values say; an unknown one says nothing."""
    if not value or not other:
        return []
    return [(same, reason) if value == other else (different, "")]
