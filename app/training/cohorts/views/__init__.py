"""HTTP of this room: classes and the people in them."""

from app.training.cohorts.blueprint import bp
from app.training.cohorts.views import asking, classes, imports, people, printing

__all__ = ["asking", "bp", "classes", "imports", "people", "printing"]
