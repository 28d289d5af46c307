"""The engine: exact ranking, certified assignment, reasons. Knows no table and no web.

This is the only door: nothing outside of ``matching`` imports a module behind it (what measures and tests the
inside excepted). Names that bring numba, SciPy or scikit-learn are imported when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matching.assign.assignment import assign
from matching.assign.limits import Limits
from matching.assign.result import Assignment, Pair
from matching.assign.solver import Solution, solve
from matching.matcher import Matcher
from matching.pairs.attributes import Verdict
from matching.pairs.columns import Column, Frame
from matching.pairs.conditions import Condition
from matching.pairs.explanation import Change, explain, nearest_changes
from matching.pairs.policy import Policy
from matching.pairs.ranking import Ranking, rank
from matching.pairs.reference_scorer import score_pair
from matching.pairs.rules import NEEDS, ORDER_SAYS, RULES
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, Scorecard
from matching.text.normaliser import Normalised, normalise
from matching.text.similarity import title_similarity
from matching.text.titles import is_ambiguous, occupation_codes, title_key
from matching.types import CellError, InputError, Match, Order, RankedPair, Worker
from matching.vocabulary import occupations, skills, titles
from matching.waterfall import waterfall

if TYPE_CHECKING:
    from matching.assign.demand import congestion
    from matching.learn.learning import Learned, ScorecardVerdict, learn_scorecard
    from matching.learn.outcomes import History, Outcome, levels_of
    from matching.learn.past_lists import ListsValue, PastLists, value_of_lists
    from matching.pairs.bitmaps import count_bits, pack_bits, unpack_bits
    from matching.pairs.cluster import Cluster, ClusterError
    from matching.pairs.constraints import NOT_WAIVABLE, requirement_counts
    from matching.pairs.index import WorkerIndex
    from matching.pairs.obstacles import Obstacles, obstacles
    from matching.pairs.selection import Selection
    from matching.pairs.shortfall import Shortfall
    from matching.pairs.store import StoredIndex, save_index

__all__ = [
    "DEFAULT_SCORECARD",
    "FACTORS",
    "NEEDS",
    "NOT_WAIVABLE",
    "ORDER_SAYS",
    "RULES",
    "Assignment",
    "CellError",
    "Change",
    "Cluster",
    "ClusterError",
    "Column",
    "Condition",
    "Frame",
    "History",
    "InputError",
    "Learned",
    "Limits",
    "ListsValue",
    "Match",
    "Matcher",
    "Normalised",
    "Obstacles",
    "Order",
    "Outcome",
    "Pair",
    "PastLists",
    "Policy",
    "RankedPair",
    "Ranking",
    "Scorecard",
    "ScorecardVerdict",
    "Selection",
    "Shortfall",
    "Solution",
    "StoredIndex",
    "Verdict",
    "Worker",
    "WorkerIndex",
    "assign",
    "congestion",
    "count_bits",
    "explain",
    "is_ambiguous",
    "learn_scorecard",
    "levels_of",
    "nearest_changes",
    "normalise",
    "obstacles",
    "occupation_codes",
    "occupations",
    "pack_bits",
    "rank",
    "requirement_counts",
    "save_index",
    "score_pair",
    "skills",
    "solve",
    "title_key",
    "title_similarity",
    "titles",
    "unpack_bits",
    "value_of_lists",
    "waterfall",
]

_MODULES = {
    "assign.demand": ("congestion",),
    "learn.learning": ("Learned", "ScorecardVerdict", "learn_scorecard"),
    "learn.outcomes": ("History", "Outcome", "levels_of"),
    "pairs.cluster": ("Cluster", "ClusterError"),
    "learn.past_lists": ("ListsValue", "PastLists", "value_of_lists"),
    "pairs.bitmaps": ("count_bits", "pack_bits", "unpack_bits"),
    "pairs.constraints": ("NOT_WAIVABLE", "requirement_counts"),
    "pairs.index": ("WorkerIndex",),
    "pairs.obstacles": ("Obstacles", "obstacles"),
    "pairs.selection": ("Selection",),
    "pairs.shortfall": ("Shortfall",),
    "pairs.store": ("StoredIndex", "save_index"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'matching' has no attribute {name!r}")
    value = getattr(import_module(f"matching.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
