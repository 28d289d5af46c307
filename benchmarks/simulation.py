"""Does learning find the truth, and what is assigning all at once worth? Tried on invented provinces.

``python -m benchmarks.simulation --workers N --orders M --seed S --repeats R`` prints one JSON line. A repeat
has three seasons: two are the past (one filled at random, one by first come, first served), a scorecard is
learned from what became of them, and the third is filled in every way there is. Counted is the expected
number of people still there after six months, by the true probability of each pair. See docs/learning.md.
"""

import argparse
import json
import resource
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks import simulation_rivals as rivals
from benchmarks.simulation_world import Season, history_of, make_season, true_card
from matching.learn.evaluation import ndcg
from matching.learn.fit import scores_of
from matching.learn.learning import Learned, learn_scorecard, split_day
from matching.learn.outcomes import UNKNOWN, History
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, Scorecard

WAYS = {
    "random": rivals.random_feasible,
    "first_on_the_list": rivals.first_on_the_list,
    "best_left": rivals.best_left,
    "greedy": rivals.greedy,
}
MONTHS = 6
NEVER_VARIES = ("pairing", "distance")  # kept as it is; no county lies in the cities' own province


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options, simulate, and print one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation", description=simulate.__doc__)
    for name in ("workers", "orders", "seed"):
        parser.add_argument(f"--{name}", required=True, type=int, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    figures = simulate(options.workers, options.orders, options.seed, options.repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = round(time.perf_counter() - started, 3)
    print(json.dumps({**figures, "seconds": seconds, "peak_mib": peak}))


def simulate(workers: int, orders: int, seed: int, repeats: int) -> dict[str, Any]:
    """Run ``repeats`` independent provinces and summarise: mean, least and most of every figure."""
    runs = [run_once(workers, orders, seed + 10 * number) for number in range(repeats)]
    return {"workers": workers, "orders": orders, "seeds": repeats, **_summary(runs)}


def run_once(workers: int, orders: int, seed: int) -> dict[str, Any]:
    """One repeat; the figures of one province."""
    random = np.random.default_rng([seed, 3])
    past = [make_season(workers, orders, seed + year) for year in (1, 2)]
    filled = [rivals.random_feasible(past[0], random), rivals.best_left(past[1], random)]
    history = history_of(list(zip(past, filled, strict=True)), seed)
    learned = learn_scorecard(history, DEFAULT_SCORECARD, "learned", MONTHS)
    season = make_season(workers, orders, seed + 3)
    card = learned.card or DEFAULT_SCORECARD
    return {
        "verdict": learned.report.verdict.value,
        "outcomes": learned.report.earlier.known + learned.report.later.known,
        "recovered": recovery(season, card),
        "weights": {
            "truth": shares(true_card()),
            "present": shares(DEFAULT_SCORECARD),
            "learned": shares(card),
        },
        "later": _later_figures(learned),
        "boosted": boosted(history),
        "filled": fill(season, card, random),
    }


def recovery(season: Season, card: Scorecard) -> dict[str, float]:
    """Correlation of each card's points with what all feasible pairs are truly worth."""
    levels = season.levels[season.score >= 0]
    truth = scores_of(levels, true_card())
    cards = {"present": DEFAULT_SCORECARD, "learned": card}
    return {name: float(np.corrcoef(scores_of(levels, each), truth)[0, 1]) for name, each in cards.items()}


def shares(card: Scorecard) -> dict[str, float]:
    """How much of a card's points each factor has, of those factors that can be learned here."""
    most = {name: card.points[name][-1] for name in FACTORS if name not in NEVER_VARIES}
    return {name: points / sum(most.values()) for name, points in most.items()}


def boosted(history: History) -> dict[str, float]:
    """What gradient-boosted trees on the same factors reach on the same later outcomes."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import log_loss, roc_auc_score

    known = history.stayed[MONTHS] != UNKNOWN
    early = history.day < split_day(history, known)
    train, later, stayed = known & early, known & ~early, history.stayed[MONTHS]
    model = HistGradientBoostingClassifier(
        monotonic_cst=[1] * len(FACTORS), max_depth=4, learning_rate=0.05, early_stopping=True, random_state=0
    ).fit(history.levels[train], stayed[train])
    chance = model.predict_proba(history.levels[later])[:, 1]
    everybody = history.take(~early)
    by_order = ndcg(everybody.order, everybody.reached, model.predict_proba(everybody.levels)[:, 1])
    return {
        "log_loss": float(log_loss(stayed[later], chance)),
        "auc": float(roc_auc_score(stayed[later], chance)),
        "ndcg_by_order": by_order.ndcg or 0.0,
    }


def _later_figures(learned: Learned) -> dict[str, dict[str, float]]:
    measured = {"present": learned.report.champion, "learned": learned.report.challenger}
    return {
        name: {
            "log_loss": card.log_loss,
            "auc": card.auc,
            "calibration_error": card.calibration_error,
            "ndcg_by_order": card.by_order.ndcg or 0.0,
            "ndcg_by_worker": card.by_worker.ndcg or 0.0,
        }
        for name, card in measured.items()
        if card
    }


def fill(season: Season, card: Scorecard, random: np.random.Generator) -> dict[str, dict[str, float]]:
    """Fill a season in every way: people placed, and people expected to be there after six months."""
    placed = {name: way(season, random) for name, way in WAYS.items()}
    cards = {"assigned_present": DEFAULT_SCORECARD, "assigned_learned": card, "assigned_truth": true_card()}
    placed |= {name: rivals.assigned(season, each) for name, each in cards.items()}
    return {name: _counted(season, orders) for name, orders in placed.items()}


def _counted(season: Season, orders: np.ndarray) -> dict[str, float]:
    workers = np.flatnonzero(orders >= 0)
    return {"placed": float(len(workers)), "stable": float(season.chance[workers, orders[workers]].sum())}


def _summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    figures = {name: _spread([run[name] for run in runs]) for name in runs[0] if name != "verdict"}
    gains = {
        way: {
            name: _spread([_gain(run["filled"], name, way) for run in runs])
            for name in ("assigned_present", "assigned_learned")
        }
        for way in WAYS
    }
    return {"verdicts": Counter(run["verdict"] for run in runs), **figures, "gain_percent_over": gains}


def _gain(filled: dict[str, dict[str, float]], name: str, way: str) -> float:
    return 100 * (filled[name]["stable"] / filled[way]["stable"] - 1)


def _spread(values: Sequence[Any]) -> Any:
    """[mean, least, most] of equal figures, dictionaries figure by figure."""
    if isinstance(values[0], dict):
        return {key: _spread([value[key] for value in values]) for key in values[0]}
    return [round(float(figure), 4) for figure in (np.mean(values), min(values), max(values))]


if __name__ == "__main__":
    main()
