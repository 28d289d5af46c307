"""HTTP of this room, one file per kind of page."""

from app.training.claims.blueprint import bp
from app.training.claims.views import checking, claims, notices, papers, paying

__all__ = ["bp", "checking", "claims", "notices", "papers", "paying"]
