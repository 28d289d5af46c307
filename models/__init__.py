"""Tables and domain rules of the platform. Knows no web.

Importing this package registers every table in ``models.base.Base.metadata``.
"""

from models import (
    access,
    area,
    audit,
    card,
    facts,
    household,
    intake,
    job,
    match_run,
    occupation_word,
    once,
    order,
    organisation,
    placement,
    settlement,
    training,
    user,
    worker,
    worker_change,
)

__all__ = [
    "access",
    "area",
    "audit",
    "card",
    "facts",
    "household",
    "intake",
    "job",
    "match_run",
    "occupation_word",
    "once",
    "order",
    "organisation",
    "placement",
    "settlement",
    "training",
    "user",
    "worker",
    "worker_change",
]
