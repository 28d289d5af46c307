"""What releasing a new version would change: for how many people, and for whom."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.hukou.rules.fact_resolution import known_facts
from app.hukou.rules.queries import SIX_CITIES
from models.hukou.evaluation import Facts, FactValue, Verdict, evaluate
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouRule
from models.hukou.rule_effect import ChangedPerson, Move, RuleEffect
from models.people.worker import Worker
from models.placement.placement import WORKING, Placement

CHUNK, MOST_NAMED = 2000, 200
Tell = Callable[[int], None]


def people_of(session: Session, city_code: str) -> list[int]:
    """The workers a city's rules can concern: they work there, or a fact of theirs there is known."""
    there = union(
        select(Placement.worker_id).where(Placement.city_code == city_code, Placement.state.in_(WORKING)),
        select(PersonFact.worker_id).where(PersonFact.city_code == city_code),
    ).subquery()
    alive = select(Worker.id).where(Worker.erased_at.is_(None), Worker.merged_into_id.is_(None))
    return list(session.scalars(alive.where(Worker.id.in_(select(there.c.worker_id))).order_by(Worker.id)))


def in_chunks(session: Session, city_code: str, day: date) -> Iterator[dict[int, dict[str, FactValue]]]:
    """Yield the facts of a city's people, some thousands at a time."""
    people = people_of(session, city_code)
    for start in range(0, len(people), CHUNK):
        yield known_facts(session, people[start : start + CHUNK], city_code, day)


def measure(
    session: Session, before: HukouRule | None, after: HukouRule, day: date, tell: Tell
) -> RuleEffect:
    """Both versions asked about everybody the rule concerns; without ``before``, everything was unknown."""
    moves: Counter[Move] = Counter()
    changed: list[tuple[int, Move]] = []
    cities: Sequence[str] = (after.city_code,) if after.city_code else SIX_CITIES
    for city in cities:
        for people in in_chunks(session, city, day):
            for worker_id, facts in people.items():
                move = (_verdict(before, facts, day), _verdict(after, facts, day))
                moves[move] += 1
                if move[0] is not move[1] and len(changed) < MOST_NAMED:
                    changed.append((worker_id, move))
            tell(moves.total())
    return RuleEffect(
        people=moves.total(),
        before={verdict: sum(n for (old, _n), n in moves.items() if old is verdict) for verdict in Verdict},
        after={verdict: sum(n for (_o, new), n in moves.items() if new is verdict) for verdict in Verdict},
        moves={(old, new): n for (old, new), n in moves.items() if old is not new},
        changed=_with_counties(session, changed),
        day=day,
    )


def _verdict(rule: HukouRule | None, facts: Facts, day: date) -> Verdict:
    return evaluate(rule.conditions, rule.points or {}, facts, day).verdict if rule else Verdict.UNKNOWN


def _with_counties(session: Session, changed: list[tuple[int, Move]]) -> list[ChangedPerson]:
    numbers = [worker_id for worker_id, _move in changed]
    rows = session.execute(select(Worker.id, Worker.county_code).where(Worker.id.in_(numbers)))
    counties: dict[int, str] = dict(rows.all())
    return [ChangedPerson(worker_id, counties[worker_id], *move) for worker_id, move in changed]
