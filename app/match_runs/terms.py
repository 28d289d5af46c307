"""What an order asked and offered at the moment of a run: kept with it, and said of it ever after.

A run answers for the order as it was. An order that was taken back and changed is another question.
"""

import dataclasses
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

import matching
from app.match_runs import engine_input
from models.jobs.order import Order, Provision
from models.match_run import AskedTerms, MatchRun, RunKind

PLAIN = tuple(name for name in AskedTerms.__annotations__ if name not in ("certificates", "start_on"))


def terms_of(order: matching.Order) -> AskedTerms:
    """What an order asks and offers under the rules, as a run keeps it."""
    kept: dict[str, Any] = {name: getattr(order, name) for name in PLAIN}
    kept["certificates"] = list(order.certificates)
    kept["start_on"] = order.start_on.isoformat() if order.start_on else None
    return kept  # type: ignore[return-value]


def _values(terms: AskedTerms) -> dict[str, Any]:
    start = terms["start_on"]
    return {
        **terms,
        "certificates": tuple(terms["certificates"]),
        "start_on": date.fromisoformat(start) if start else None,
    }


def as_asked(order: matching.Order, run: MatchRun) -> matching.Order:
    """``order`` with what the rules of ``run`` read in it; unchanged for runs that kept nothing."""
    terms = kept_terms(run)
    return dataclasses.replace(order, **_values(terms)) if terms else order


def order_of(terms: AskedTerms) -> matching.Order:
    """The order so far as the rules read it."""
    return matching.Order(order_id="", **_values(terms))


def kept_terms(run: MatchRun) -> AskedTerms | None:
    """What the run has kept; None for a run about no order, or of before."""
    return run.order_summary.get("asked") if run.kind is RunKind.ORDER and run.is_done else None


def has_changed(session: Session, order: Order, run: MatchRun) -> bool:
    """Whether the order asks or offers something else now."""
    terms = kept_terms(run)
    (now,) = engine_input.engine_orders(session, [order], run.as_of, {})
    return terms is not None and terms != terms_of(now)


@dataclasses.dataclass(frozen=True)
class OrderAsItWas:
    """The terms of a run under the names that an order has for them, for those who put them into words."""

    city_code: str
    min_age: int | None
    max_age: int | None
    min_education: int | None
    min_mandarin: int | None
    min_health: int | None
    certificates: tuple[str, ...]
    start_on: date | None
    night_shift: bool | None
    couple_rooms: bool | None
    lodging: Provision | None
    wage_high_fen: int | None
    wage_low_fen: int | None
    base_wage_fen: int | None = None

    @classmethod
    def of(cls, terms: AskedTerms) -> "OrderAsItWas":
        """From what a run kept."""
        values = _values(terms)
        lodging = {True: Provision.FREE, False: Provision.SELF, None: None}[values.pop("dormitory")]
        high, low = values.pop("wage_high_yuan"), values.pop("wage_low_yuan")
        del values["forbidden_work"]
        return cls(
            lodging=lodging,
            couple_rooms=values.pop("couple_room"),
            wage_high_fen=None if high is None else high * 100,
            wage_low_fen=None if low is None else low * 100,
            **values,
        )
