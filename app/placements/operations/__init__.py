"""Use cases of this area: from the offer to the last follow-up. The caller commits."""

from app.placements.operations.answers import (
    accept,
    ask,
    can_withdraw,
    decline,
    renew_consent,
    withdraw_consent,
)
from app.placements.operations.departures import Journey, depart, drop, group
from app.placements.operations.figures import end_figure, owned_areas, set_figure
from app.placements.operations.follow_ups import Finding, record_follow_up, verify
from app.placements.operations.hiring import arrive, arrive_many, hire, interview, leave, miss, not_hire
from app.placements.operations.offers import (
    Offered,
    invite_many,
    offer_many,
    pass_on,
    uninvite,
    withdraw,
)

__all__ = [
    "Finding",
    "Journey",
    "Offered",
    "accept",
    "arrive",
    "arrive_many",
    "ask",
    "can_withdraw",
    "decline",
    "depart",
    "drop",
    "end_figure",
    "group",
    "hire",
    "interview",
    "invite_many",
    "leave",
    "miss",
    "not_hire",
    "offer_many",
    "owned_areas",
    "pass_on",
    "record_follow_up",
    "renew_consent",
    "set_figure",
    "uninvite",
    "verify",
    "withdraw",
    "withdraw_consent",
]
