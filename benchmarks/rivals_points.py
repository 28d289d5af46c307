"""The engine's points of a few orders as plain arrays, for rivals that score the same and rank otherwise."""

from dataclasses import dataclass

import numpy as np

from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables
from matching.pairs.scorecard import DEFAULT_SCORECARD
from matching.text.titles import NORM


@dataclass(frozen=True)
class SamplePoints:
    """Points of the first orders, int32 of shape (orders, numbers): one column per wish, text, floor,
    county."""

    occupation: np.ndarray
    experience: np.ndarray
    wage: np.ndarray
    county: np.ndarray

    @property
    def orders(self) -> int:
        """How many orders they are."""
        return len(self.wage)

    def by_name(self) -> dict[str, np.ndarray]:
        """The tables by name."""
        return {name: getattr(self, name) for name in ("occupation", "experience", "wage", "county")}

    def first(self, orders: int) -> "SamplePoints":
        """Those of fewer orders."""
        return SamplePoints(*(table[:orders] for table in self.by_name().values()))


def sample_points(index: WorkerIndex, prepared: OrderTables, orders: int) -> SamplePoints:
    """Look up the points of the first ``orders`` orders."""
    card = {name: np.array(row, np.int32) for name, row in DEFAULT_SCORECARD.points.items()}
    texts = prepared.texts.vectors[prepared.text_row[:orders]]
    cosine = (texts @ index.experiences.by_feature).toarray() // NORM * 10 // NORM
    near = prepared.county_levels[prepared.county_row[:orders]]
    county = card["pairing"][near[..., 0]] + card["distance"][near[..., 1]] + card["villagers"][near[..., 2]]
    return SamplePoints(
        card["occupation"][prepared.occupation_levels[prepared.occupation_row[:orders]]],
        card["experience"][cosine],
        card["wage"][prepared.wage_levels[prepared.wage_row[:orders]]],
        county,
    )
