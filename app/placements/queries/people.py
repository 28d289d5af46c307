"""Who sees whom: names through the register's own scope, or through the person's consent; else masked."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.access import Actor, Permission, Role, visible_to
from models.people.masks import masked_name
from models.people.name import name_key
from models.people.name_index import NameKey, begins
from models.people.phone import Phone
from models.people.worker import Worker
from models.placement.placement import HOLDING, Placement
from models.reference.area import Area, AreaLevel
from models.reference.area_latin import AreaPath

MOST_NAMED = 50
RECEIVING = (Role.CITY, Role.REGISTRATION)


@dataclass(frozen=True)
class Face:
    """What the reader may see of one person. ``home`` is the village.

    ``in_register`` says that the person stands in the reader's own register; only then ``telephones`` tells
    of every number, those of the family too, and whose it is. ``phone`` is the person's own, with consent.
    """

    name: str
    in_register: bool = False
    home: str = ""
    phone: str = ""
    telephones: tuple[Phone, ...] = ()


def faces(
    session: Session, actor: Actor, placements: Iterable[Placement], *, phone: bool = False
) -> dict[int, Face]:
    """By placement, what ``actor`` may see of its person; one query for all of them.

    ``phone`` asks for the whole number where consent opened it: on the page of one placement, not in lists.
    """
    rows = list(placements)
    known = known_people(session, actor, {row.worker_id for row in rows})
    return {row.id: _face(actor, row, row.worker_id in known, phone) for row in rows}


def named_people(session: Session, actor: Actor, text: str, most: int) -> list[Placement]:
    """Up to ``most`` placements of people whose name begins with ``text`` and whose name ``actor`` may read.

    A masked person is not found by a name: that would tell it.
    """
    key = name_key(text.lower())
    if not key:
        return []
    counties = select(Area.code).where(Area.level == AreaLevel.COUNTY)
    called = select(NameKey.worker_id).where(NameKey.county_code.in_(counties), begins(NameKey.key, key))
    statement = (
        select(Placement)
        .options(joinedload(Placement.worker), joinedload(Placement.order))
        .where(Placement.worker_id.in_(called))
        .order_by(Placement.id.desc())
        .limit(MOST_NAMED)
    )
    rows = session.scalars(visible_to(actor, statement, Placement, Permission.PLACEMENT_READ)).all()
    seen = faces(session, actor, rows)
    return [row for row in rows if seen[row.id].name == row.worker.name][:most]


def known_people(session: Session, actor: Actor, worker_ids: set[int]) -> set[int]:
    """Those of ``worker_ids`` that stand in the actor's own register."""
    statement = select(Worker.id).where(Worker.id.in_(worker_ids))
    registered = set(session.scalars(visible_to(actor, statement, Worker, Permission.WORKER_READ)))
    return registered | {own for own in worker_ids if own == actor.worker_id}


def _face(actor: Actor, placement: Placement, is_known: bool, phone: bool) -> Face:
    worker = placement.worker
    if is_known:
        home = AreaPath(worker.township, worker.village)
        return Face(worker.name, in_register=True, home=home, telephones=tuple(worker.telephones))
    if placement.is_open_to_enterprise and placement.enterprise_id in actor.organisations(Role.ENTERPRISE):
        return Face(worker.name, phone=(worker.phone or "") if phone else "")
    if placement.state in HOLDING and _is_received_by(actor, placement):
        return Face(worker.name)
    return Face(masked_name(worker.name))


def _is_received_by(actor: Actor, placement: Placement) -> bool:
    return any(area[:4] == placement.city_code[:4] for area in actor.areas(*RECEIVING))
