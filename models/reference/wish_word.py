"""Words among the wishes that name no job (随便, 莫得夜班就要得, 4500以上), and what they say instead."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Right, Role, everything
from models.base import Base, Recorded
from models.i18n import N_
from models.reference.occupation_word import county_unit
from models.types import EnumText, UTCDateTime
from models.user import User


class WishMeaning(enum.StrEnum):
    """What a word among the wishes says, where it names no job."""

    NOT_A_JOB = "not_a_job"
    ANYTHING = "anything"
    NO_NIGHT = "no_night"
    WAGE_FLOOR = "wage_floor"
    HOME_COUNTY = "home_county"
    HOME_PROVINCE = "home_province"


WISH_MEANING_LABELS = {
    WishMeaning.NOT_A_JOB: N_("不是工种"),
    WishMeaning.ANYTHING: N_("什么活都行"),
    WishMeaning.NO_NIGHT: N_("不上夜班"),
    WishMeaning.WAGE_FLOOR: N_("工资不能低于"),
    WishMeaning.HOME_COUNTY: N_("不出县"),
    WishMeaning.HOME_PROVINCE: N_("不出省"),
}


def _by_county(model: Any, right: Right) -> ColumnElement[bool]:
    return WishWord.unit == county_unit(right.area_code or "")


class WishWord(Recorded, Base):
    """``word`` (as app.kit.vocabulary cleans it) says ``meaning`` among the wishes of the unit's people.

    ``filled`` are the fields that saying so filled, as [worker, field]: what a withdrawal empties again.
    """

    __tablename__ = "wish_word"
    __table_args__ = (Index("ix_wish_word_unit", "unit", "word"),)

    word: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(24))
    meaning: Mapped[WishMeaning] = mapped_column(EnumText(WishMeaning))
    amount_yuan: Mapped[int | None]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship()
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    filled: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)

    __scope__ = {Role.COUNTY: _by_county, Role.ADMIN: everything}

    @property
    def fills(self) -> dict[str, Any]:
        """The fields of a person that the word answers, where nobody has."""
        answers: dict[WishMeaning, dict[str, Any]] = {
            WishMeaning.NO_NIGHT: {"night_shift": False},
            WishMeaning.WAGE_FLOOR: {"wage_floor_yuan": self.amount_yuan},
            WishMeaning.HOME_COUNTY: {"willing": False},
            WishMeaning.HOME_PROVINCE: {"willing": False},
        }
        return answers.get(self.meaning, {})


def words_of(session: Session, unit: str) -> list[WishWord]:
    """What stands in ``unit``, the newest first."""
    statement = select(WishWord).where(WishWord.unit == unit, WishWord.withdrawn_at.is_(None))
    return list(session.scalars(statement.order_by(WishWord.id.desc())))


def no_jobs(session: Session, unit: str) -> set[str]:
    """The words of ``unit`` that name no job."""
    statement = select(WishWord.word).where(WishWord.unit == unit, WishWord.withdrawn_at.is_(None))
    return set(session.scalars(statement))
