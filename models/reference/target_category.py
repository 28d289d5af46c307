"""Whom the register is for: which categories count for what, in which years (建档立卡 to 2020, then 脱贫).

An administrator changes these rows (基础数据); nothing in the program knows a year.
"""

import enum
from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Recorded
from models.i18n import N_
from models.reference.dated_fact import Dated, holds_on
from models.types import EnumText


class CategoryUse(enum.StrEnum):
    """What a category counts for."""

    TRAINING = "training"
    SUPPORT = "support"


CATEGORY_USE_LABELS = {
    CategoryUse.TRAINING: N_("订单培训对象"),
    CategoryUse.SUPPORT: N_("帮扶对象（统计口径）"),
}


class TargetCategory(Dated, Recorded, Base):
    """A category of people, and whether who is in it counts for a use while the row holds.

    ``counts`` is False for a category that says of its people that they are none (一般农户). A category that
    has no row for a day says nothing about that day.
    """

    __tablename__ = "target_category"
    MONTHS_FRESH = 12
    SCOPE = ("name", "use")

    name: Mapped[str] = mapped_column(String(40), index=True)
    use: Mapped[CategoryUse] = mapped_column(EnumText(CategoryUse))
    counts: Mapped[bool] = mapped_column(default=True)


def categories_on(session: Session, use: CategoryUse, day: date) -> Sequence[TargetCategory]:
    """What says of a person on ``day`` whether they count for ``use``."""
    rows = select(TargetCategory).where(TargetCategory.use == use, holds_on(TargetCategory, day))
    return session.scalars(rows.order_by(TargetCategory.id)).all()
