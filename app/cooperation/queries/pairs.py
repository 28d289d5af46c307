"""Who helps whom as of a day, and who may look at a pair."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.reference.area import Area, begins_with, with_counties
from models.reference.dated_fact import Pairing, holds_on

MOST = 2000


def as_of(session: Session, day: date) -> Sequence[Pairing]:
    """The pairings that hold on ``day``, the higher levels first."""
    return session.scalars(
        select(Pairing)
        .where(holds_on(Pairing, day))
        .order_by(Pairing.recipient_code, Pairing.helper_code, Pairing.id)
        .limit(MOST)
    ).all()


def changes(session: Session) -> Sequence[date]:
    """The days on which pairings began, the latest first."""
    return session.scalars(
        select(Pairing.valid_from).distinct().order_by(Pairing.valid_from.desc()).limit(20)
    ).all()


def is_open_to(session: Session, actor: Actor, city: str, place: str) -> bool:
    """Whether the platform keeps both ends, and the reader is of one of them or looks at all."""
    if session.get(Area, city) is None or session.get(Area, place) is None:
        return False
    if actor.has_role(Role.PROVINCE):
        return True
    own = {
        code for role in (Role.CITY, Role.PREFECTURE, Role.COUNTY, Role.AUDITOR) for code in actor.areas(role)
    }
    if own & {city, place, f"{place[:2]}0000", f"{city[:2]}0000"}:
        return True
    area = session.get(Area, place)
    inside = select(Area.code).where(Area.prefecture_code == place, Area.code.in_(own)).limit(1)
    return (area is not None and area.prefecture_code in own) or session.scalar(inside) is not None


def lies_in(column: ColumnElement[str], place: str) -> ColumnElement[bool]:
    """That the area of ``column`` is a county (or a town of it), in a prefecture, or in a province."""
    if place.endswith("0000"):
        return begins_with(column, place[:2])
    if place.endswith("00"):
        return column.in_(with_counties(place))
    return begins_with(column, place)
