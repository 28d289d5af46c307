"""What a clerk said a word means: 踩边车的 is 缝纫工.

A unit's own word counts for that unit at once. It counts for every unit when two units said the same and none
said otherwise. Where units disagree, the word has no meaning yet and the next clerk is asked.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import Right, Role, everything
from models.base import Base, Recorded
from models.types import UTCDateTime

UNITS_TO_SHARE = 2


def _by_county(model: Any, right: Right) -> ColumnElement[bool]:
    return OccupationWord.unit == county_unit(right.area_code or "")


class OccupationWord(Recorded, Base):
    """``word`` (cleaned) means the occupation ``code``, one person of ``unit`` said, ``times`` times by now.

    ``industry`` is empty unless the word has several meanings. ``unit`` is ``county:513431`` or
    ``organisation:12``. A withdrawn row counts no more.
    """

    __tablename__ = "occupation_word"
    __table_args__ = (
        UniqueConstraint("word", "industry", "unit", "user_id"),
        Index("ix_occupation_word_unit", "unit"),
    )

    word: Mapped[str] = mapped_column(String(40))
    industry: Mapped[str] = mapped_column(String(60), default="")
    code: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    times: Mapped[int] = mapped_column(default=1)
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __scope__ = {Role.COUNTY: _by_county, Role.ADMIN: everything}


def county_unit(code: str) -> str:
    """The unit of a county's office."""
    return f"county:{code}"


def organisation_unit(number: int) -> str:
    """The unit of an enterprise."""
    return f"organisation:{number}"


class Meaning(NamedTuple):
    """The occupation of a word, and whether the unit itself said so."""

    code: str
    is_own: bool


Said = tuple[str, str, str, str]  # word, industry, unit, code
Meanings = dict[tuple[str, str], Meaning]  # (word, industry) -> what it means to one unit


def agreed_meanings(said: Iterable[Said], unit: str) -> Meanings:
    """What words mean to ``unit``; what is disputed is left out."""
    by_word: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for word, industry, who, code in said:
        by_word[word, industry][who].add(code)
    return {key: meaning for key, codes in by_word.items() if (meaning := _meaning(codes, unit))}


def _meaning(codes: dict[str, set[str]], unit: str) -> Meaning | None:
    if own := codes.get(unit):
        return Meaning(next(iter(own)), is_own=True) if len(own) == 1 else None
    said = set().union(*codes.values())
    is_agreed = len(said) == 1 and len(codes) >= UNITS_TO_SHARE
    return Meaning(next(iter(said)), is_own=False) if is_agreed else None


def meanings_for(session: Session, unit: str) -> Meanings:
    """What words mean to ``unit`` now."""
    columns = OccupationWord.word, OccupationWord.industry, OccupationWord.unit, OccupationWord.code
    rows = session.execute(select(*columns).where(OccupationWord.withdrawn_at.is_(None)))
    return agreed_meanings(((word, industry, who, code) for word, industry, who, code in rows), unit)
