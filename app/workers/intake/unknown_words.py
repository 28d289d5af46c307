"""Words of trades that the engine cannot read in the wishes of a county's people, and what clerks said of
them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, select
from sqlalchemy.orm import Session

import matching
from app.kit.vocabulary.queries import key_of, meaning_of
from models.access import Actor, Permission, scope_of
from models.people.worker import Worker
from models.reference.occupation_word import OccupationWord, county_unit, meanings_for
from models.reference.wish_word import no_jobs
from models.summary import counting
from models.summary.figure import Figure, SummaryFigure, place_of
from models.summary.reading import counted_at
from models.user import User

MOST_SHOWN = 50
MOST_KEPT = 1_000  # of a county; clerks give them meanings one by one
LIKELY = 0.5
Word = tuple[str, int]


@dataclass(frozen=True)
class Unread:
    """A word without a meaning yet: as most people wrote it, how many they are, its likely meaning or ""."""

    word: str
    people: int
    code: str
    name: str


def unit_of(actor: Actor) -> str:
    """The county's unit for which ``actor`` speaks."""
    areas = (right.area_code for right in actor.rights_for(Permission.WORKER_IMPORT) if right.area_code)
    return county_unit(next(areas, ""))


def unread(session: Session, actor: Actor) -> list[Unread]:
    """The words most people of the register wrote that the engine cannot read, each with its best guess."""
    meanings, settled = meanings_for(session, unit_of(actor)), no_jobs(session, unit_of(actor))
    words = _kept(session, actor)
    if words is None:
        words = _most_common(_wishes(session, scope_of(actor, Worker, Permission.WORKER_READ)))
    still_open = (
        (word, people)
        for word, people in words
        if word not in settled and not meaning_of(meanings, word) and not matching.occupation_codes(word)
    )
    open_words = list(islice(still_open, MOST_SHOWN))
    guesses = matching.normalise([word for word, _people in open_words])
    likely = [(guess.code, guess.name) if guess.confidence >= LIKELY else ("", "") for guess in guesses]
    return [Unread(word, people, *guess) for (word, people), guess in zip(open_words, likely, strict=True)]


def _most_common(wishes: Iterable[tuple[list[str], int]]) -> list[Word]:
    """The words that the engine cannot read, those of most people first."""
    written: Counter[str] = Counter()
    for some, people in wishes:
        for wish in some:
            written[wish] += people
    counts: Counter[str] = Counter()
    for wish, people in written.items():
        counts[key_of(wish)] += people
    strange = ((word, n) for word, n in counts.items() if word and not matching.occupation_codes(word))
    return sorted(strange, key=lambda one: (-one[1], one[0]))


def _wishes(session: Session, condition: ColumnElement[bool]) -> list[tuple[list[str], int]]:
    """The distinct wishes of the register and how many people have them."""
    text = cast(Worker.wishes, Text)
    # PostgreSQL groups by a document's text, and gives out only what it grouped by.
    statement = select(text, func.count()).where(condition, text != "[]", Worker.merged_into_id.is_(None))
    return [
        (json.loads(wishes) or [], people) for wishes, people in session.execute(statement.group_by(text))
    ]


def _kept(session: Session, actor: Actor) -> list[Word] | None:
    """The words of the actor's county as a large programme keeps them (decision 0019): which of them have
    got a meaning since, the page asks itself. None where nothing is kept of just these people."""
    place = place_of(actor, Permission.WORKER_READ)
    if place is None or not place.home or counted_at(session) is None:
        return None
    columns = SummaryFigure.detail, SummaryFigure.persons
    of_county = SummaryFigure.home_code == place.home, SummaryFigure.city_code == ""
    rows = session.execute(select(*columns).where(*of_county, SummaryFigure.figure == Figure.UNREAD_WORD))
    return sorted(((word, people) for word, people in rows), key=lambda one: (-one[1], one[0]))


@counting.counted_too
def count_all(session: Session, today: date) -> Iterator[tuple[str, str, Figure, str, int]]:
    """The words of every county, a county at a time, that no page has to gather."""
    for county in session.scalars(select(Worker.county_code).distinct()).all():
        own = Worker.county_code == county
        wishes = [
            one
            for first, last in counting.spans(session)
            for one in _wishes(session, and_(own, Worker.id.between(first, last)))
        ]
        for word, people in _most_common(wishes)[:MOST_KEPT]:
            yield county, "", Figure.UNREAD_WORD, word, people


@dataclass(frozen=True)
class SaidWord:
    """A word, the name of its occupation, and who of the unit said so."""

    row: OccupationWord
    name: str
    who: str


def said(session: Session, unit: str) -> list[SaidWord]:
    """What people of ``unit`` said and did not take back, the newest first."""
    statement = (
        select(OccupationWord, User.name)
        .join(User, User.id == OccupationWord.user_id)
        .where(OccupationWord.unit == unit, OccupationWord.withdrawn_at.is_(None))
    )
    rows: Any = session.execute(statement.order_by(OccupationWord.id.desc()).limit(MOST_SHOWN))
    return [SaidWord(row, matching.occupations().get(row.code, row.code), who) for row, who in rows]
