"""Use cases of this room: a class from its draft on, and the people in it. The caller commits."""

from app.training.classes.operations.classes import advance, check_site, create_class, update_class
from app.training.classes.operations.people import (
    decline,
    decline_own,
    drop,
    endorse,
    endorse_own,
    enrol,
    propose,
    refuse,
)

__all__ = [
    "advance",
    "check_site",
    "create_class",
    "decline",
    "decline_own",
    "drop",
    "endorse",
    "endorse_own",
    "enrol",
    "propose",
    "refuse",
    "update_class",
]
