"""Hard rules that a user adds: each declared once, read by the plain definition and as bit rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.pairs.attributes import Verdict
from matching.pairs.rules import RULES
from matching.types import Order, Worker

UNKNOWN = (None, "", ())


@dataclass(frozen=True, slots=True)
class Condition:
    """A hard rule between one field of the worker and one of the order.

    ``passes(worker_value, order_value)`` must depend on nothing else. An order whose field is unknown asks
    for nothing. An unknown value of the worker is to be asked (no candidate, as where an order requires
    something) unless ``is_wish``: then it is something the worker may refuse, and unknown refuses nothing.

    Raises ``ValueError`` for a field that is not there, and for the name of a rule of the engine's own.

    >>> same = lambda home, city: home[:2] == city[:2]
    >>> nearby = Condition("nearby", "本省", "county_code", "city_code", same)
    >>> nearby.verdict(Worker(worker_id="1", county_code="441802"), Order(order_id="A", city_code="440300"))
    <Verdict.PASS: 'pass'>
    >>> nearby.verdict(Worker(worker_id="1"), Order(order_id="A", city_code="440300")).name
    'ASK'
    """

    name: str
    label: str
    worker_field: str
    order_field: str
    passes: Callable[[Any, Any], bool]
    is_wish: bool = False

    def __post_init__(self) -> None:
        for kind, field in ((Worker, self.worker_field), (Order, self.order_field)):
            if field not in kind.__dataclass_fields__ or field.endswith("_id"):
                raise ValueError(f"condition {self.name}: {kind.__name__} has no field {field!r} to look at")
        if self.name in {rule.name for rule in RULES}:
            raise ValueError(f"condition {self.name}: the engine has a rule of this name")

    def verdict(self, worker: Worker, order: Order) -> Verdict:
        """The plain definition: what it says about one pair."""
        wanted, value = getattr(order, self.order_field), getattr(worker, self.worker_field)
        if wanted in UNKNOWN:
            return Verdict.PASS
        if value in UNKNOWN:
            return Verdict.PASS if self.is_wish else Verdict.ASK
        return Verdict.PASS if self.passes(value, wanted) else Verdict.FAIL

    def keys(self, order: Order) -> list[tuple["Condition", Any]]:
        """The bit row that an order needs, none where it asks for nothing."""
        wanted = getattr(order, self.order_field)
        return [] if wanted in UNKNOWN else [(self, wanted)]

    def passing(self, values: list[Any], wanted: Any) -> np.ndarray:
        """The same as a bit row: which distinct values of the worker's field pass, bool."""
        unknown = self.is_wish
        chosen = [unknown if value in UNKNOWN else bool(self.passes(value, wanted)) for value in values]
        return np.array(chosen, bool)


Conditions = tuple[Condition, ...]


def check_conditions(
    conditions: Conditions, worker: Worker, order: Order
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the conditions that fail, and of those that need an answer first."""
    verdicts = [(each.name, each.verdict(worker, order)) for each in conditions]
    failed = tuple(name for name, verdict in verdicts if verdict is Verdict.FAIL)
    return failed, tuple(name for name, verdict in verdicts if verdict is Verdict.ASK)
