"""Words of trades that the engine cannot read in the wishes of a county's people, and what clerks said of
them."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

import matching
from app.kit.vocabulary.queries import key_of, meaning_of
from models.access import Actor, Permission, scope_of
from models.people.worker import Worker
from models.reference.occupation_word import OccupationWord, county_unit, meanings_for
from models.reference.wish_word import no_jobs
from models.user import User

MOST_SHOWN = 50
LIKELY = 0.5


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
    meanings = meanings_for(session, unit_of(actor))
    written: Counter[str] = Counter()
    for wishes, people in _wishes(session, actor):
        for wish in wishes:
            written[wish] += people
    counts: Counter[str] = Counter()
    for wish, people in written.items():
        counts[key_of(wish)] += people
    settled = no_jobs(session, unit_of(actor))
    open_words = [
        (word, people)
        for word, people in counts.most_common()
        if word
        and word not in settled
        and not meaning_of(meanings, word)
        and not matching.occupation_codes(word)
    ][:MOST_SHOWN]
    guesses = matching.normalise([word for word, _people in open_words])
    likely = [(guess.code, guess.name) if guess.confidence >= LIKELY else ("", "") for guess in guesses]
    return [Unread(word, people, *guess) for (word, people), guess in zip(open_words, likely, strict=True)]


def _wishes(session: Session, actor: Actor) -> list[tuple[list[str], int]]:
    """The distinct wishes of the register and how many people have them."""
    text = cast(Worker.wishes, Text)
    visible = scope_of(actor, Worker, Permission.WORKER_READ)
    # PostgreSQL groups by a document's text, and gives out only what it grouped by.
    statement = select(text, func.count()).where(visible, text != "[]", Worker.merged_into_id.is_(None))
    return [
        (json.loads(wishes) or [], people) for wishes, people in session.execute(statement.group_by(text))
    ]


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
