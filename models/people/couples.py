"""Who is married to whom in a household, by the roster's 与户主关系: the only one they can be, or nobody."""

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
