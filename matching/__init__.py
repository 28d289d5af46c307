"""The engine: exact ranking, certified assignment, reasons. Knows no table and no web."""

from matching.assign.assignment import Assignment, Pair, assign
from matching.assign.solver import Solution, solve
from matching.pairs.explanation import Change, explain, nearest_changes
from matching.pairs.policy import Policy
from matching.pairs.ranking import Ranking, rank
from matching.pairs.reference_scorer import score_pair
from matching.pairs.rules import NEEDS, RULES
from matching.pairs.scorecard import DEFAULT_CARD, FACTORS, Card
from matching.text.normaliser import Normalised, normalise
from matching.text.similarity import title_similarity
from matching.types import CellError, InputError, Match, Order, RankedPair, Worker

__all__ = [
    "DEFAULT_CARD",
    "FACTORS",
    "NEEDS",
    "RULES",
    "Assignment",
    "Card",
    "CellError",
    "Change",
    "InputError",
    "Match",
    "Normalised",
    "Order",
    "Pair",
    "Policy",
    "RankedPair",
    "Ranking",
    "Solution",
    "Worker",
    "assign",
    "explain",
    "nearest_changes",
    "normalise",
    "rank",
    "score_pair",
    "solve",
    "title_similarity",
]
