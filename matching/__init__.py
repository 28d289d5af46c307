"""The engine: exact ranking, certified assignment, reasons. Knows no table and no web."""

from matching.card import DEFAULT_CARD, FACTORS, Card
from matching.plain import score_pair
from matching.ranking import Ranking, rank
from matching.rules import NEEDS, RULES
from matching.similarity import title_similarity
from matching.types import CellError, InputError, Match, Order, RankedPair, Worker

__all__ = [
    "DEFAULT_CARD",
    "FACTORS",
    "NEEDS",
    "RULES",
    "Card",
    "CellError",
    "InputError",
    "Match",
    "Order",
    "RankedPair",
    "Ranking",
    "Worker",
    "rank",
    "score_pair",
    "title_similarity",
]
