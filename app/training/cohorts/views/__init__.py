"""HTTP of this room: classes and the people in them."""

from app.training.cohorts.blueprint import bp

__all__ = ["bp"]
