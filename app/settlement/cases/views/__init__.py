"""HTTP of settling, one file per kind of page."""

from app.settlement.cases.blueprint import bp
from app.settlement.cases.views import lists, papers, people, steps

__all__ = ["bp", "lists", "papers", "people", "steps"]
