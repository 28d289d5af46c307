"""HTTP of this area, one file per kind of page."""

from app.placements.blueprint import bp
from app.placements.views import cases, departures, figures, follow_ups, lists, offers, printing

__all__ = ["bp", "cases", "departures", "figures", "follow_ups", "lists", "offers", "printing"]
