"""What synthetic pairs score, so that what became of them can follow it as it would in life: not quite."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

import matching
from app.match_runs.engine_input import Fellows, engine_orders, worker_frame
from models.jobs.order import Order

# How much each factor is worth to staying in the demo: not what the platform's own card takes it to be.
WORTH = {"occupation": 1.5, "experience": 0.5, "skills": 0.8, "wage": 2.2, "villagers": 1.4, "pairing": 0.0}
BASE = -2.2
FELLOW_COUNTIES = 12


@dataclass
class Points:
    """Factors of pairs, by the platform's own card."""

    workers: dict[int, matching.Worker]
    orders: dict[int, matching.Order]
    by_pair: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)

    @classmethod
    def read(
        cls, session: Session, rng: Random, fit: ColumnElement[bool], orders: Sequence[Order], day: date
    ) -> "Points":
        """Read people and orders as the engine does; every enterprise has people of some counties already."""
        frame = worker_frame(session, fit)
        counties = sorted(frame.columns["county_code"].values)
        firms = sorted({order.enterprise_id for order in orders})
        fellows: Fellows = {
            firm: tuple(rng.sample(counties, min(FELLOW_COUNTIES, len(counties)))) for firm in firms
        }
        engine = engine_orders(session, orders, day, fellows)
        return cls({int(row.worker_id): row for row in frame}, {int(row.order_id): row for row in engine})

    def of(self, worker_id: int, order_id: int) -> dict[str, int]:
        """The points of a pair by factor."""
        pair = worker_id, order_id
        if pair not in self.by_pair:
            self.by_pair[pair] = dict(
                matching.score_pair(self.workers[worker_id], self.orders[order_id]).factors
            )
        return self.by_pair[pair]


def chance_of_staying(factors: dict[str, int]) -> float:
    """The chance that a person with these points is still there after six months, in the demo."""
    most = matching.DEFAULT_SCORECARD.points
    odds = BASE + sum(worth * factors[name] / most[name][-1] for name, worth in WORTH.items())
    return 1 / (1 + math.exp(-odds))
