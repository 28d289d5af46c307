"""Does learning find the truth, and what is assigning all at once worth? Tried on invented provinces.

``python -m benchmarks.simulation --workers N --orders M --seed S --repeats R`` prints one JSON line, with
``--truths`` one line of a table for each of seven truths (``make simulate-learning``). A repeat
has three seasons: two are the past (one filled at random, one by first come, first served), a scorecard is
learned from what became of them, and the third is filled in every way there is. Counted is the expected
number of people still there after six months, by the true probability of each pair. A learned card that the
comparison does not allow is not used: its figures are then those of the card in use. See docs/learning.md.
"""

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks import simulation_rivals as rivals
from benchmarks.simulation_truths import DOCUMENTED, TRUTHS, Truth
from benchmarks.simulation_world import Season, history_of, make_season, true_card, true_points
from matching.learn.evaluation import ndcg
from matching.learn.fit import scores_of
from matching.learn.learning import Learned, ScorecardVerdict, learn_scorecard, split_day
from matching.learn.off_policy import off_policy
from matching.learn.outcomes import UNKNOWN, History
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, Scorecard

WAYS = {
    "random": rivals.random_feasible,
    "first_on_the_list": rivals.first_on_the_list,
    "best_left": rivals.best_left,
    "greedy": rivals.greedy,
    "free_choice": rivals.free_choice,
}
MONTHS = 6
# Shares of people who stated three jobs, in percent.
SAYING = (50, 100)
ASSIGNED = ("assigned_present", "assigned_learned")
NEVER_VARIES = ("pairing", "distance")  # kept as it is; no county lies in the cities' own province


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options, simulate, and print one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation", description=simulate.__doc__)
    for name in ("workers", "orders", "seed"):
        parser.add_argument(f"--{name}", required=True, type=int, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--truths", action="store_true", help="seven truths, one line of a table each")
    options = parser.parse_args(arguments)
    if options.truths:
        print_truths(options.workers, options.orders, options.seed, options.repeats)
        return
    started = time.perf_counter()
    figures = simulate(options.workers, options.orders, options.seed, options.repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = round(time.perf_counter() - started, 3)
    print(json.dumps({**figures, "seconds": seconds, "peak_mib": peak}))


def simulate(workers: int, orders: int, seed: int, repeats: int) -> dict[str, Any]:
    """Run ``repeats`` independent provinces and summarise: mean, least and most of every figure."""
    runs = [run_once(workers, orders, seed + 10 * number) for number in range(repeats)]
    return {"workers": workers, "orders": orders, "seeds": repeats, **_summary(runs)}


def run_once(
    workers: int, orders: int, seed: int, truth: Truth = DOCUMENTED, trees: bool = True
) -> dict[str, Any]:
    """One repeat; the figures of one province, with ``trees`` beside the learned card or without."""
    random = np.random.default_rng([seed, 3])
    past = [make_season(workers, orders, seed + year, truth) for year in (1, 2)]
    filled = [rivals.random_feasible(past[0], random), rivals.best_left(past[1], random)]
    history = history_of(list(zip(past, filled, strict=True)), seed)
    learned = learn_scorecard(history, DEFAULT_SCORECARD, "learned", MONTHS)
    season = make_season(workers, orders, seed + 3, truth)
    is_allowed = learned.report.verdict is ScorecardVerdict.MAY_SWITCH
    card = learned.card if learned.card and is_allowed else DEFAULT_SCORECARD
    return {
        "verdict": learned.report.verdict.value,
        "outcomes": learned.report.earlier.known + learned.report.later.known,
        "contradicted": learned.report.contradicted or [],
        "recovered": recovery(season, learned.card or DEFAULT_SCORECARD, truth),
        "weights": {
            "truth": shares(true_card(truth)),
            "present": shares(DEFAULT_SCORECARD),
            "learned": shares(learned.card or DEFAULT_SCORECARD),
        },
        "later": _later_figures(learned),
        "boosted": boosted(history) if trees else {},
        "filled": fill(season, card, random, truth),
        "off_policy": off_policy_figures(past[0], filled[0], learned.card or DEFAULT_SCORECARD, seed),
    }


def recovery(season: Season, card: Scorecard, true: Truth) -> dict[str, float]:
    """Correlation of each card's points with what all feasible pairs are truly worth."""
    levels = season.levels[season.score >= 0]
    truth = sum(row[levels[:, n]] for n, row in enumerate(true_points(true).values()))
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


def fill(
    season: Season, card: Scorecard, random: np.random.Generator, truth: Truth
) -> dict[str, dict[str, float]]:
    """Fill a season in every way: people placed, and people expected to be there after six months."""
    placed = {name: way(season, random) for name, way in WAYS.items()}
    cards = {
        "assigned_present": DEFAULT_SCORECARD,
        "assigned_learned": card,
        "assigned_truth": true_card(truth),
    }
    placed |= {name: rivals.assigned(season, each) for name, each in cards.items()}
    placed |= {f"stated_{say}": rivals.assigned_as_stated(season, card, say / 100, random) for say in SAYING}
    return {name: _counted(season, orders) for name, orders in placed.items()}


def off_policy_figures(season: Season, placed: np.ndarray, card: Scorecard, seed: int) -> dict[str, float]:
    """What the card's own choice would keep, told from a season filled at random, beside the truth.

    The other way sends everybody to their best order by points (headcounts aside); its true value is the mean
    true chance there. Each feasible order was about equally likely for those placed.
    """
    random, workers = np.random.default_rng([seed, 4]), np.flatnonzero(placed >= 0)
    orders, feasible = placed[workers], season.score[workers] >= 0
    stayed = (random.random(len(workers)) < season.chance[workers, orders]).astype(float)
    points = rivals.points_of(season, card)[workers]
    wanted = points.argmax(axis=1)
    line = calibrated(points[np.arange(len(workers)), orders], stayed)
    chance = 1 / (1 + np.exp(-(line[0] + line[1] * points / 100)))
    rows = np.arange(len(workers))
    known = stayed, 1 / feasible.sum(axis=1), (orders == wanted).astype(float)
    weighted = off_policy(*known)
    robust = off_policy(*known, chance[rows, orders], chance[rows, wanted])
    truth = float(season.chance[workers, wanted].mean())
    return {
        "truth": truth,
        "naive": float(stayed.mean()),
        "ipw": weighted.value,
        "aipw": robust.value,
        "ipw_covers": float(weighted.low <= truth <= weighted.high),
        "aipw_covers": float(robust.low <= truth <= robust.high),
        "ipw_width": weighted.high - weighted.low,
        "aipw_width": robust.high - robust.low,
    }


def calibrated(points: np.ndarray, stayed: np.ndarray) -> tuple[float, float]:
    """The line from points (a hundredth of them) to log-odds of staying."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(points[:, None] / 100, stayed)
    return float(model.intercept_[0]), float(model.coef_[0, 0])


def print_truths(workers: int, orders: int, seed: int, repeats: int) -> None:
    """A Markdown table: gains in people there after six months, mean and 95 % interval over the repeats."""
    over_first, over_free = "first_on_the_list", "free_choice"
    shown = [
        ("assigned_present", over_first),
        ("assigned_learned", over_first),
        ("assigned_present", over_free),
        ("assigned_learned", over_free),
        ("stated_50", over_free),
        ("stated_100", over_free),
    ]
    print("| truth | verdicts | " + " | ".join(f"{name} over {way}" for name, way in shown) + " |")
    print("|---" * (len(shown) + 2) + "|")
    for truth in TRUTHS:
        runs = [
            run_once(workers, orders, seed + 10 * number, truth, trees=False) for number in range(repeats)
        ]
        gains = [[_gain(run["filled"], name, way) for run in runs] for name, way in shown]
        verdicts = ", ".join(f"{n} {word}" for word, n in Counter(run["verdict"] for run in runs).items())
        told = Counter(name for run in runs for name in run["contradicted"])
        verdicts += "".join(f"; {name} contradicted {n} times" for name, n in told.items())
        cells = " | ".join(_interval(each) for each in gains)
        print(f"| {truth.name} | {verdicts} | {cells} |", flush=True)
        print(json.dumps({"off_policy": _spread([run["off_policy"] for run in runs])}), file=sys.stderr)


def _interval(values: Sequence[float]) -> str:
    """Mean and 95 % interval of the mean by Student's t, in percent."""
    from scipy.stats import t

    mean, count = float(np.mean(values)), len(values)
    if count < 2:
        return f"{mean:+.1f} %"
    half = float(t.ppf(0.975, count - 1) * np.std(values, ddof=1) / np.sqrt(count))
    return f"{mean:+.1f} % ({mean - half:+.1f} to {mean + half:+.1f})"


def _counted(season: Season, orders: np.ndarray) -> dict[str, float]:
    workers = np.flatnonzero(orders >= 0)
    return {"placed": float(len(workers)), "stable": float(season.chance[workers, orders[workers]].sum())}


def _summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    words = ("verdict", "contradicted")
    figures = {name: _spread([run[name] for run in runs]) for name in runs[0] if name not in words}
    gains = {
        way: {
            name: _spread([_gain(run["filled"], name, way) for run in runs])
            for name in (*ASSIGNED, *(f"stated_{say}" for say in SAYING))
        }
        for way in WAYS
    }
    told = Counter(name for run in runs for name in run["contradicted"])
    verdicts = Counter(run["verdict"] for run in runs)
    return {"verdicts": verdicts, "contradicted": told, **figures, "gain_percent_over": gains}


def _gain(filled: dict[str, dict[str, float]], name: str, way: str) -> float:
    return 100 * (filled[name]["stable"] / filled[way]["stable"] - 1)


def _spread(values: Sequence[Any]) -> Any:
    """[mean, least, most] of equal figures, dictionaries figure by figure."""
    if isinstance(values[0], dict):
        return {key: _spread([value[key] for value in values]) for key in values[0]}
    return [round(float(figure), 4) for figure in (np.mean(values), min(values), max(values))]


if __name__ == "__main__":
    main()
