"""A list of points as it was put up (积分公示名单): its rows never change, later things stand beside them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, ForeignKey, String, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, everything
from models.append_only import protect
from models.base import Base, Recorded
from models.hukou.case import HukouCase
from models.hukou.rule import HukouRule
from models.types import UTCDateTime
from models.user import User


class PointsList(Recorded, Base):
    """One list of one rule's version in one city, up from ``published_on`` to ``ends_on``.

    ``awarded_at``: when the places of the year's quota were last given along it.
    """

    __tablename__ = "points_list"

    rule_id: Mapped[int] = mapped_column(ForeignKey("settlement_rule.id"), index=True)
    rule: Mapped[HukouRule] = relationship()
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    published_on: Mapped[date]
    ends_on: Mapped[date]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    awarded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    awarded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    rows: Mapped[list["PointsListRow"]] = relationship(
        back_populates="points_list", order_by="(PointsListRow.rank, PointsListRow.id)"
    )
    notes: Mapped[list["PointsListNote"]] = relationship(order_by="PointsListNote.id")
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.REGISTRATION: by_area("city_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
    }


class PointsListRow(Recorded, Base):
    """One line as it was put up; append-only. Equal ``rank``: the rule's order does not tell them apart.

    ``order`` holds what the rule ranks by, in its order.
    """

    __tablename__ = "points_list_row"

    list_id: Mapped[int] = mapped_column(ForeignKey("points_list.id"), index=True)
    points_list: Mapped[PointsList] = relationship(back_populates="rows")
    rank: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("settlement_case.id"), index=True)
    case: Mapped[HukouCase] = relationship()
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(20))
    points: Mapped[int]
    order: Mapped[list[Any]] = mapped_column("ranked_by", JSON, default=list)


class PointsListNote(Recorded, Base):
    """What was noted beside a list after it went up: an objection, a correction. Append-only."""

    __tablename__ = "points_list_note"

    list_id: Mapped[int] = mapped_column(ForeignKey("points_list.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    noted_by: Mapped[User] = relationship()


@event.listens_for(PointsListRow.__table__, "after_create")
@event.listens_for(PointsListNote.__table__, "after_create")
def _append_only(table: Any, connection: Connection, **options: Any) -> None:
    protect(connection, table.name)
