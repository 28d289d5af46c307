"""One line of a history, as every area tells it and ``kit.timeline`` shows it."""

from dataclasses import dataclass
from datetime import datetime

from models.i18n import NOTHING, Sentence


@dataclass(frozen=True)
class Entry:
    """When (UTC), who (a name, or nothing where the reader may not know), what, and why."""

    at: datetime
    who: str
    what: Sentence
    why: Sentence = NOTHING
