"""Who moves along with the person (随迁家属), and what of their ages the law and nature allow."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.base import Base, Recorded
from models.clock import full_years
from models.i18n import N_, Sentence
from models.people.identity import OLDEST_YEARS
from models.people.name import clean_name
from models.types import EncryptedText, UTCDateTime

SPOUSE, CHILD, PARENT = N_("配偶"), N_("子女"), N_("父母")
RELATIONS = (SPOUSE, CHILD, PARENT)
YOUNGEST_TO_MARRY = {"M": 22, "F": 20}
"""民法典第一千零四十七条."""
YOUNGEST_PARENT, ODD_PARENT, OLD_PARENT = 12, 16, 55
ODD_YEARS_OF_A_COUPLE = 30
SCHOOL_AGES = range(3, 20)


class FamilyMember(Recorded, Base):
    """A person who moves along; one who was entered by mistake stays, with the reason, without a number."""

    __tablename__ = "family_member"

    case_id: Mapped[int] = mapped_column(ForeignKey("settlement_case.id"), index=True)
    case: Mapped[Any] = relationship("HukouCase", back_populates="family")
    relation: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(EncryptedText("family_member.name"))
    birth_date: Mapped[date]
    id_number: Mapped[str | None] = mapped_column(EncryptedText("family_member.id_number"))
    needs_school: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_reason: Mapped[str] = mapped_column(String(200), default="")
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @validates("name")
    def _clean(self, key: str, name: str) -> str:
        """As every name is kept."""
        return clean_name(name)


def impossible(relation: str, born: date, person_born: date, day: date) -> Sentence | None:
    """Why nobody of this ``relation`` to a person can have been born on that day."""
    if born > day:
        return Sentence("出生日期不能晚于今天。")
    if full_years(born, day) > OLDEST_YEARS:
        return Sentence("出生日期离今天超过 %(n)s 年，请核对年份。", {"n": OLDEST_YEARS})
    elder, younger = (person_born, born) if relation == CHILD else (born, person_born)
    if relation != SPOUSE and (elder >= younger or full_years(elder, younger) < YOUNGEST_PARENT):
        return Sentence("按这个日期，父母只比子女大不到 %(n)s 岁，请核对。", {"n": YOUNGEST_PARENT})
    if relation == SPOUSE and full_years(born, day) < YOUNGEST_PARENT:
        return Sentence("配偶不可能不到 %(n)s 岁，请核对。", {"n": YOUNGEST_PARENT})
    return None


def odd(
    relation: str, born: date, person_born: date, person_sex: str, needs_school: bool, day: date
) -> list[Sentence]:
    """What is possible but seldom: it is asked, never refused."""
    age, doubts = full_years(born, day), []
    elder, younger = (person_born, born) if relation == CHILD else (born, person_born)
    if relation == SPOUSE:
        if age < YOUNGEST_TO_MARRY["M" if person_sex == "F" else "F"]:
            doubts.append(Sentence("配偶只有 %(n)s 岁，没到法定婚龄（民法典第一千零四十七条）。", {"n": age}))
        elif (years := abs(full_years(born, day) - full_years(person_born, day))) > ODD_YEARS_OF_A_COUPLE:
            doubts.append(Sentence("夫妻相差 %(n)s 岁。", {"n": years}))
    elif not ODD_PARENT <= (years := full_years(elder, younger)) <= OLD_PARENT:
        doubts.append(Sentence("父母和子女相差 %(n)s 岁。", {"n": years}))
    if needs_school and age not in SCHOOL_AGES:
        doubts.append(Sentence("%(n)s 岁，却写了要安排入学。", {"n": age}))
    return doubts
