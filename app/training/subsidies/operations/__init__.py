"""Use cases of this room. The caller commits."""

from app.training.claims.operations.checking import (
    answer_doubt,
    publish,
    refuse_line,
    restore_line,
    send_back,
)
from app.training.claims.operations.making import Account, make
from app.training.claims.operations.notices import answer_objection, record_objection
from app.training.claims.operations.paying import Payment, pay

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
