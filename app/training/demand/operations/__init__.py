"""What is done with training orders, bids and agreements; the caller commits."""

from app.training.demand.operations.agreements import Deal, cancel, choose, end, sign
from app.training.demand.operations.orders import bid, change, create, publish, withdraw, withdraw_bid
from app.training.demand.operations.parties import ROLE_OF, sides_of
from app.training.demand.operations.promises import answer_breach, record_breach, release, release_overdue

__all__ = [
    "ROLE_OF",
    "Deal",
    "answer_breach",
    "bid",
    "cancel",
    "change",
    "choose",
    "create",
    "end",
    "publish",
    "record_breach",
    "release",
    "release_overdue",
    "sides_of",
    "sign",
    "withdraw",
    "withdraw_bid",
]
