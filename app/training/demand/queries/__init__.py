"""Scoped reads of training orders, bids and agreements."""

from app.training.demand.queries.tasks import tasks

__all__ = ["tasks"]
