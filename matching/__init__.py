"""The engine: exact ranking, certified assignment, reasons. Knows no table and no web."""

from matching.assignment import Assignment, Pair, assign
from matching.card import DEFAULT_CARD, FACTORS, Card
from matching.explain import Change, explain, nearest_changes
from matching.normaliser import Normalised, normalise
from matching.plain import score_pair
from matching.policy import Policy
from matching.ranking import Ranking, rank
from matching.rules import NEEDS, RULES
from matching.similarity import title_similarity
from matching.solver import Solution, solve
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
