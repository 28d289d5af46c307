"""Whom "和妻子同去" or "配偶" means: the one spouse whom the household's own relations allow, or nobody.

The words of a roster name no spouse, but its 与户主关系 does. Where the household has two who could be meant,
where the sexes contradict the word, or where the text says more than that the two go together, nothing is
guessed.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.worker import Worker

HEAD, SPOUSE = "户主", "配偶"
# Each word of 与户主关系 with the one it can be married to.
COUPLES = (
    (HEAD, SPOUSE),
    ("之子", "之儿媳"),
    ("之女", "之女婿"),
    ("之父", "之母"),
    ("之岳父", "之岳母"),
    ("之公公", "之婆婆"),
    ("之祖父", "之祖母"),
    ("之外祖父", "之外祖母"),
)
_WORDS = {"F": "妻子|老婆|媳妇|婆娘|妻", "M": "丈夫|老公|男人|夫", "": "配偶|爱人|夫妻|夫妇|两口子"}
_SPOUSE = re.compile("|".join(_WORDS[sex] for sex in ("", "F", "M")))
_SEX_MEANT = {sex: re.compile(_WORDS[sex]) for sex in ("F", "M")}
# What may stand beside the word without changing its meaning; longer ones first.
_TOGETHER = re.compile(
    r"同一[个座]?城市|一个城市|同一?[个家]?工?厂|一[个家]厂|夫妻房|结伴|同行|同去|同往|同城|一起|一块儿?|一道|一同|"
    r"外出|出去|出门|打工|务工|工作|上班|干活|做工|进厂|本人|自己|希望|愿意|必须|最好|也行|就行|都行|"
    r"[与和跟同随我他她其的俩要想去走在到进都双方人]|[\s,，、。；;:：（）()“”\"'·-]"
)


class Member(NamedTuple):
    """One person of a household, as its roster has them."""

    id: int
    household_id: int | None
    relation: str
    sex: str
    name: str


def household_members(session: Session, households: Collection[int]) -> dict[int, list[Member]]:
    """Everybody of ``households``, also who takes no part in matching: two spouses are two."""
    members: dict[int, list[Member]] = defaultdict(list)
    columns = (Worker.id, Worker.household_id, Worker.relation, Worker.sex, Worker.name)
    alive = select(*columns).where(Worker.erased_at.is_(None), Worker.merged_into_id.is_(None))
    numbers = sorted(households)
    for start in range(0, len(numbers), 900):
        part = numbers[start : start + 900]
        for row in session.execute(alive.where(Worker.household_id.in_(part)).order_by(Worker.id)):
            members[row.household_id or 0].append(Member(*row))
    return members


def speaks_of_spouse(text: str) -> bool:
    """Whether the words speak of a husband or a wife."""
    return _SPOUSE.search(text) is not None


def spouse_meant(person_id: int, text: str, household: Iterable[Member]) -> int | None:
    """The number of the spouse whom ``text``, written by or about a person, can only mean."""
    members = list(household)
    spouse = married(members).get(person_id)
    other = next((member for member in members if member.id == spouse), None)
    if other is None or not speaks_of_spouse(text):
        return None
    if any(word.search(_without_both(text)) and other.sex != sex for sex, word in _SEX_MEANT.items()):
        return None
    rest = _TOGETHER.sub("", _SPOUSE.sub("", text))
    return other.id if not rest or (len(rest) > 1 and rest in other.name.replace("·", "")) else None


def _without_both(text: str) -> str:
    """夫妻 names both, not one of them."""
    return re.sub(_WORDS[""], "", text)


def married(members: Iterable[Member], couples: Iterable[tuple[str, str]] = COUPLES) -> dict[int, int]:
    """Each person of one household with the only one they can be married to, by relation and sex."""
    by_relation: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        by_relation[member.relation].append(member)
    spouses: dict[int, int] = {}
    for ones, others in couples:
        pair = [*by_relation[ones], *by_relation[others]]
        if len(by_relation[ones]) == len(by_relation[others]) == 1 and pair[0].sex != pair[1].sex:
            spouses |= {pair[0].id: pair[1].id, pair[1].id: pair[0].id}
    return spouses
