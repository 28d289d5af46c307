"""Which occupation a title means: the engine's proposal, and the search with which a person corrects it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from app.reference.vocabulary import meaning_of
from models.jobs.order import Order
from models.reference.dated_fact import Occupation
from models.reference.occupation_word import Meaning, Meanings, meanings_for, organisation_unit

MOST_FOUND = 20


@dataclass(frozen=True)
class Found:
    """One occupation: code, official name, the trade it belongs to, and other names people give it."""

    code: str
    name: str
    category: str
    also: str


def propose(order: Order, meanings: Meanings) -> None:
    """Write the reading of the title into the order: what people said it means, else what the engine thinks.

    What the enterprise itself said of this title before is confirmed already.
    """
    said = meaning_of(meanings, order.title, order.enterprise.industry)
    confirmed = {order.title: said.code} if said else None
    trade = f"{order.enterprise.industry} {order.description}"
    reading = matching.normalise([order.title], [trade], confirmed)[0]
    order.occupation_code, order.occupation_name = reading.code, reading.name
    order.occupation_confirmed = bool(said and said.is_own)


def said_by(session: Session, order: Order) -> Meaning | None:
    """Return what people said the order's title means, where they agree."""
    meanings = meanings_for(session, organisation_unit(order.enterprise_id))
    return meaning_of(meanings, order.title, order.enterprise.industry)


def search(session: Session, wanted: str) -> list[Found]:
    """Return the occupations whose name, code or other name contains ``wanted``, the closest first.

    The whole table (about 1,700 rows) is read: the other names lie in JSON, which SQL cannot search in
    Chinese.
    """
    wanted = wanted.strip()
    if not wanted:
        return []
    rows = session.execute(select(Occupation.code, Occupation.name, Occupation.category, Occupation.synonyms))
    scored = [
        (_distance(wanted, code, name, also), code, name, category, also)
        for code, name, category, also in rows
    ]
    near = sorted(row for row in scored if row[0] is not None)
    return [
        Found(code, name, trade, _closest(wanted, also)) for _, code, name, trade, also in near[:MOST_FOUND]
    ]


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
