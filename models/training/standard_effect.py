"""What the release of a standard's new version would change: for which classes, and how much money."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.i18n import N_


class Touch(enum.StrEnum):
    """How a class is touched."""

    PLANNED = "planned"
    OWED = "owed"
    CLAIMED = "claimed"


TOUCH_LABELS = {
    Touch.PLANNED: N_("还没有申请开班，按新标准"),
    Touch.OWED: N_("还没有申报，申报时按新标准"),
    Touch.CLAIMED: N_("已申报、还没有拨付，退回重报才按新标准"),
}


@dataclass(frozen=True)
class TouchedClass:
    """One class; sums in fen over everybody concerned, None where the standard is not about money."""

    class_id: int
    name: str
    touch: Touch
    people: int
    before_fen: int | None = None
    after_fen: int | None = None


@dataclass(frozen=True)
class StandardEffect:
    """What was counted on ``day``: ``asked`` classes of the standard's scope, those ``touched`` by it."""

    day: date
    asked: int
    touched: list[TouchedClass]

    def of(self, touch: Touch) -> list[TouchedClass]:
        """The classes touched in one way."""
        return [one for one in self.touched if one.touch is touch]

    @property
    def difference_fen(self) -> int:
        """How much more the new version would cost."""
        return sum((one.after_fen or 0) - (one.before_fen or 0) for one in self.touched)

    def as_json(self) -> dict[str, Any]:
        """{"day", "asked", "touched": [[class_id, name, touch, people, before_fen, after_fen]]}."""
        rows = [
            [one.class_id, one.name, one.touch.value, one.people, one.before_fen, one.after_fen]
            for one in self.touched
        ]
        return {"day": self.day.isoformat(), "asked": self.asked, "touched": rows}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "StandardEffect":
        """The effect that :meth:`as_json` wrote."""
        touched = [
            TouchedClass(class_id, name, Touch(touch), people, before, after)
            for class_id, name, touch, people, before, after in kept["touched"]
        ]
        return cls(date.fromisoformat(kept["day"]), kept["asked"], touched)
