"""Words whose occupation a person has said: kept, corrected, withdrawn."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.vocabulary.queries import industry_of, key_of
from matching import occupations
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.reference.occupation_word import OccupationWord
from models.workflow import TransitionRefused


def confirm_meaning(
    session: Session, actor: Actor, unit: str, text: str, code: str, now: datetime, industry: str = ""
) -> OccupationWord | None:
    """Note that ``actor`` of ``unit`` says ``text`` is the occupation ``code``, whatever was said before.

    None for a text without a word, or an actor without an account. Raises TransitionRefused for an unknown
    code.
    """
    word = key_of(text)
    _refuse_unknown(code)
    if not word or actor.user_id is None:
        return None
    key = {"word": word, "industry": industry_of(word, industry), "unit": unit, "user_id": actor.user_id}
    row = session.scalar(select(OccupationWord).filter_by(**key))
    if row is None:
        row = OccupationWord(**key, code=code, times=0, said_at=now)
        session.add(row)
    is_again = row.code == code and row.withdrawn_at is None
    row.times = row.times + 1 if is_again else 1
    row.code, row.said_at, row.withdrawn_at = code, now, None
    session.flush()
    record(session, actor, EventTag.WORD_SAY, row, code=code)
    return row


def correct_meaning(session: Session, actor: Actor, row: OccupationWord, code: str, now: datetime) -> None:
    """Give a word another occupation. Raises TransitionRefused for an unknown code."""
    _refuse_unknown(code)
    row.code, row.said_at, row.withdrawn_at = code, now, None
    record(session, actor, EventTag.WORD_SAY, row, code=code)


def withdraw_meaning(session: Session, actor: Actor, row: OccupationWord, now: datetime) -> None:
    """Let a word count no more."""
    row.withdrawn_at = now
    record(session, actor, EventTag.WORD_WITHDRAW, row, code=row.code)


def _refuse_unknown(code: str) -> None:
    if code not in occupations():
        raise TransitionRefused(Sentence("没有这个工种，请再搜一次。"))
