"""Use cases of this room. The caller commits."""

from app.training.subsidies.operations.claims import Account, make
from app.training.subsidies.operations.notices import answer_objection, record_objection
from app.training.subsidies.operations.payments import Payment, pay
from app.training.subsidies.operations.review import (
    answer_doubt,
    publish,
    refuse_line,
    restore_line,
    send_back,
)

__all__ = [
    "Account",
    "Payment",
    "answer_doubt",
    "answer_objection",
    "make",
    "pay",
    "publish",
    "record_objection",
    "refuse_line",
    "restore_line",
    "send_back",
]
