"""HTTP of settling, one file per kind of page."""

from app.settlement.cases.blueprint import bp
from app.settlement.cases.views import figures, lists, papers, people, proofs, steps

__all__ = ["bp", "figures", "lists", "papers", "people", "proofs", "steps"]
