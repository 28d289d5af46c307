"""Words whose occupation a person has said: kept, read, withdrawn. The rules are in
models.reference.occupation_word."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching import is_ambiguous, occupation_codes, occupations, title_key
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.reference.occupation_word import Meaning, Meanings, OccupationWord, meanings_for
from models.workflow import TransitionRefused

LONGEST = 40


def key_of(text: str) -> str:
    """Return a title or wish without the noise around it: what two spellings of one word share."""
    return title_key(text)[:LONGEST]


def industry_of(word: str, industry: str) -> str:
    """Return what a word's meaning depends on: the industry where the word has several meanings, else ""."""
    return industry[:60] if is_ambiguous(word) else ""


def say(
    session: Session, actor: Actor, unit: str, text: str, code: str, industry: str = ""
) -> OccupationWord | None:
    """Note that ``actor`` of ``unit`` says ``text`` is the occupation ``code``, whatever he said before.

    Returns None for a text without a word, or an actor without an account. Raises TransitionRefused for an
    unknown
    code.
    """
    word = key_of(text)
    if code not in occupations():
        raise TransitionRefused(N_("没有这个工种，请再搜一次。"))
    if not word or actor.user_id is None:
        return None
    key = {"word": word, "industry": industry_of(word, industry), "unit": unit, "user_id": actor.user_id}
    row = session.scalar(select(OccupationWord).filter_by(**key))
    if row is None:
        row = OccupationWord(**key, code=code, times=0, said_at=utc_now())
        session.add(row)
    is_again = row.code == code and row.withdrawn_at is None
    row.code, row.times, row.said_at, row.withdrawn_at = (
        code,
        row.times + 1 if is_again else 1,
        utc_now(),
        None,
    )
    session.flush()
    record(session, actor, EventTag.WORD_SAY, row, code=code)
    return row


def correct(session: Session, actor: Actor, row: OccupationWord, code: str) -> None:
    """Give somebody's word another occupation. Raises TransitionRefused for an unknown code."""
    if code not in occupations():
        raise TransitionRefused(N_("没有这个工种，请再搜一次。"))
    row.code, row.said_at, row.withdrawn_at = code, utc_now(), None
    record(session, actor, EventTag.WORD_SAY, row, code=code)


def withdraw(session: Session, actor: Actor, row: OccupationWord) -> None:
    """Let a word count no more."""
    row.withdrawn_at = utc_now()
    record(session, actor, EventTag.WORD_WITHDRAW, row, code=row.code)


def meaning_of(meanings: Meanings, text: str, industry: str = "") -> Meaning | None:
    """Return what a title or wish means by what people said, or None where that is not settled."""
    word = key_of(text)
    return meanings.get((word, industry_of(word, industry)))


def names_for(session: Session, unit: str) -> dict[str, str]:
    """Return word -> name of its occupation, of the words that the engine alone reads otherwise.

    For ranking. A wish stands alone, so no industry belongs to it.
    """
    return {
        word: occupations()[meaning.code]
        for (word, industry), meaning in meanings_for(session, unit).items()
        if not industry and meaning.code not in occupation_codes(word)
    }


def in_other_words(wishes: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return wishes with every word in ``names`` replaced by the name of its occupation."""
    return tuple(names.get(key_of(wish), wish) for wish in wishes) if names else tuple(wishes)
