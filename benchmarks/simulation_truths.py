"""Seven ways the world may be: what makes people stay, and how much of it nobody can see.

The scorecard in use was guessed for the first; an honest claim says what is left of it under the others.
"""

from dataclasses import dataclass, field, replace

# Log-odds of staying at the highest level of each factor; concave where the exponent is below 1.
TRUE_WORTH = {
    "occupation": (1.6, 0.5),
    "experience": (0.6, 1.0),
    "skills": (0.4, 1.0),
    "wage": (1.2, 0.7),
    "pairing": (0.0, 1.0),
    "distance": (0.5, 1.0),
    "villagers": (0.9, 1.0),
    "training": (0.7, 1.0),
}


@dataclass(frozen=True)
class Truth:
    """``worth`` as above; standard deviations of what is in the person, in the order, and in the pair and
    known to the person alone (``taste_spread``); ``unseen_distance`` is the log-odds lost between the nearest
    and the farthest pair of home and city, which no factor sees."""

    name: str
    worth: dict[str, tuple[float, float]] = field(default_factory=lambda: dict(TRUE_WORTH))
    person_spread: float = 0.8
    order_spread: float = 0.5
    taste_spread: float = 0.0
    unseen_distance: float = 0.0


def _scaled(times: float, *names: str) -> dict[str, tuple[float, float]]:
    return {n: (times * w if n in names else w, power) for n, (w, power) in TRUE_WORTH.items()}


DOCUMENTED = Truth("documented")
TRUTHS = (
    DOCUMENTED,
    replace(DOCUMENTED, name="doubled heterogeneity", person_spread=1.6, order_spread=1.0),
    replace(DOCUMENTED, name="weak factors", worth=_scaled(0.4, *TRUE_WORTH)),
    replace(DOCUMENTED, name="private tastes", taste_spread=1.0),
    replace(DOCUMENTED, name="strong private tastes", taste_spread=2.0),
    replace(DOCUMENTED, name="reversed wage and experience", worth=_scaled(-1.0, "wage", "experience")),
    replace(DOCUMENTED, name="unseen distance", unseen_distance=1.5),
)
