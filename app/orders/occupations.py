"""Which occupation a title means: the engine's proposal, and the search with which a person corrects it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from models.facts import Occupation
from models.order import Order

MOST_FOUND = 20


@dataclass(frozen=True)
class Found:
    """One occupation: code, official name, the trade it belongs to, and other names people give it."""

    code: str
    name: str
    category: str
    also: str


def propose(order: Order) -> None:
    """Write the engine's reading of the title into the order, unconfirmed."""
    reading = matching.normalise([order.title], industries=[_trade(order)])[0]
    order.occupation_code = reading.code or ""
    order.occupation_name = reading.name or ""
    order.occupation_confirmed = False


def _trade(order: Order) -> str:
    return f"{order.enterprise.industry} {order.description}" if order.enterprise else order.description


def search(session: Session, wanted: str) -> list[Found]:
    """Return the occupations whose name, code or other name contains ``wanted``, the closest first.

    The whole table (about 1,700 rows) is read: the other names lie in JSON, which SQL cannot search in Chinese.
    """
    wanted = wanted.strip()
    if not wanted:
        return []
    rows = session.execute(select(Occupation.code, Occupation.name, Occupation.category, Occupation.synonyms))
    scored = [
        (_distance(wanted, code, name, also), code, name, category, also) for code, name, category, also in rows
    ]
    near = sorted(row for row in scored if row[0] is not None)
    return [Found(code, name, trade, _closest(wanted, also)) for _, code, name, trade, also in near[:MOST_FOUND]]


def _closest(wanted: str, names: list[str]) -> str:
    return "、".join(sorted(names, key=lambda name: (wanted not in name, len(name)))[:6])


def _distance(wanted: str, code: str, name: str, synonyms: list[str]) -> tuple[int, int] | None:
    if wanted == code:
        return 0, 0
    names = [name, *synonyms]
    hits = [len(one) for one in names if wanted in one]
    if not hits:
        return None
    return (0 if wanted in names else 1 if wanted in name else 2), min(hits)
