"""Use cases of this room. The caller commits."""

from app.training.results.operations.certificates import Entry, expire_certificates, issue, revoke
from app.training.results.operations.counting import recount
from app.training.results.operations.employment import COUNTED_STEPS, advance, offer_all, record_breach
from app.training.results.operations.exams import Mark, record_marks, regrade

__all__ = [
    "COUNTED_STEPS",
    "Entry",
    "Mark",
    "advance",
    "expire_certificates",
    "issue",
    "offer_all",
    "record_breach",
    "record_marks",
    "recount",
    "regrade",
    "revoke",
]
