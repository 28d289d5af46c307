"""What a gateway is asked and what it answers."""

import enum
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from models.messages.reach import Why


class Parcel(NamedTuple):
    """One text message as it leaves. ``public_id``: whoever gets it twice under one id has it once."""

    public_id: str
    number: str
    text: str


class Taken(enum.StrEnum):
    """What became of a parcel. UNCLEAR: no answer, or one that nobody understands; it may have been taken."""

    YES = "yes"
    REFUSED = "refused"
    UNCLEAR = "unclear"


class Answer(NamedTuple):
    """``why``: of a refusal."""

    taken: Taken
    why: Why | None = None


class Receipt(NamedTuple):
    """What the network said: arrived, or why not."""

    has_arrived: bool
    why: Why | None = None


class GatewayClosed(Exception):
    """The gateway takes nothing now, from anybody: wrong key, no network, overload. ``args[0]`` says what."""


class Gateway(Protocol):
    """A road for text messages."""

    name: str
    gives_receipts: bool

    def hand_over(self, parcel: Parcel) -> Answer:
        """Give one parcel away. Raises GatewayClosed."""
        ...

    def receipts(self, public_ids: Sequence[str]) -> Mapping[str, Receipt]:
        """What is known of parcels that were taken; those in suspense are left out. Raises GatewayClosed."""
        ...

    def close(self) -> None:
        """Let go of whatever is open."""
        ...
