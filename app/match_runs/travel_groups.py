"""Who goes together: "与妻子阿呷同去" becomes a group only when it is clear who is meant.

A name counts when exactly one candidate of the same household or village bears it, and "配偶" without a name
when the household has exactly one who can be meant (:mod:`.spouses`). Members of one household need say it
once; villagers must name each other. Anything else is left to be asked, and makes no group.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session

from app.match_runs.spouses import speaks_of_spouse, spouse_meant
from models.people.couples import Member, household_members
from models.people.worker import Worker

SAME_ORDER, SAME_CITY = "order", "city"
SHORTEST_NAME = 2


@dataclass(frozen=True)
class TravelGroups:
    """``of_worker`` is (group_id, group_rule); ``unclear`` are the workers whose wish must be asked."""

    of_worker: dict[int, tuple[str, str]] = field(default_factory=dict)
    unclear: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    household_id: int | None
    place: tuple[str, str, str]
    name: str
    companions: str


def travel_groups(session: Session, condition: ColumnElement[bool]) -> TravelGroups:
    """The groups of the candidates that meet ``condition``, by what they wrote about their companions."""
    columns = (
        Worker.id,
        Worker.household_id,
        Worker.county_code,
        Worker.township,
        Worker.village,
        Worker.name,
    )
    texts = (Worker.companions, cast(Worker.wishes, Text))
    statement = select(*columns, *texts).where(condition).order_by(Worker.id)
    people = [
        _Person(number, household, (county, township, village), name, _said(text, wishes))
        for number, household, county, township, village, name, text, wishes in session.execute(statement)
    ]
    homes = {one.household_id for one in people if one.household_id and speaks_of_spouse(one.companions)}
    return _resolved(people, household_members(session, homes))


def _said(companions: str, wishes: str | None) -> str:
    """What somebody wrote about companions: in its own column, or else among the wishes."""
    if companions or not wishes or wishes == "[]":
        return companions
    return "，".join(wish for wish in json.loads(wishes) or () if speaks_of_spouse(wish))


def _resolved(people: list[_Person], homes: dict[int, list[Member]]) -> TravelGroups:
    """Group those who agree; the others who named a companion are unclear.

    ``homes``: whole households of those who speak of a spouse.
    """
    candidates = {person.id for person in people}
    named = {person.id: _named_by(person, near) for person, near in _with_neighbours(people)}
    for person in people:
        if person.companions and not named[person.id]:
            spouse = spouse_meant(person.id, person.companions, homes.get(person.household_id or 0, ()))
            named[person.id] = {spouse} & candidates if spouse else set()
    by_id = {person.id: person for person in people}
    agreed = [
        (number, other)
        for number, others in named.items()
        for other in others
        if _share_household(by_id[number], by_id[other]) or number in named.get(other, ())
    ]
    groups = _joined(agreed)
    rules = {
        number: _rule([by_id[member].companions for member in members]) for number, members in groups.items()
    }
    of_worker = {
        member: (str(number), rules[number]) for number, members in groups.items() for member in members
    }
    return TravelGroups(of_worker, [number for number in named if number not in of_worker])


def _with_neighbours(people: list[_Person]) -> Iterable[tuple[_Person, list[_Person]]]:
    """Those who wrote something, with the members of the household and the village."""
    homes: dict[int | None, list[_Person]] = defaultdict(list)
    villages: dict[tuple[str, str, str], list[_Person]] = defaultdict(list)
    for person in people:
        homes[person.household_id].append(person)
        villages[person.place].append(person)
    for person in people:
        if person.companions:
            home = homes[person.household_id] if person.household_id else []
            yield person, [*home, *(villages[person.place] if person.place[2] else [])]


def _named_by(person: _Person, near: list[_Person]) -> set[int]:
    bearers: dict[str, set[int]] = defaultdict(set)
    for other in near:
        if other.id != person.id and len(other.name) >= SHORTEST_NAME and other.name in person.companions:
            bearers[other.name].add(other.id)
    longest = [name for name in bearers if not any(name != other and name in other for other in bearers)]
    return {next(iter(bearers[name])) for name in longest if len(bearers[name]) == 1}


def _share_household(person: _Person, other: _Person) -> bool:
    return person.household_id is not None and person.household_id == other.household_id


def _joined(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """Connected people, under the lowest id among them."""
    leader: dict[int, int] = {}

    def lead(number: int) -> int:
        while leader.setdefault(number, number) != number:
            number = leader[number]
        return number

    for number, other in pairs:
        low, high = sorted((lead(number), lead(other)))
        leader[high] = low
    members: dict[int, list[int]] = defaultdict(list)
    for number in sorted(leader):
        members[lead(number)].append(number)
    return dict(members)


def _rule(texts: list[str]) -> str:
    written = [text for text in texts if text]
    return (
        SAME_CITY if written and all("同城" in text or "一个城市" in text for text in written) else SAME_ORDER
    )
