"""Use cases of this room. The caller commits."""

from app.training.certification.operations.certificates import Entry, expire_certificates, issue, revoke
from app.training.certification.operations.employment import COUNTED_STEPS, advance, offer_all, record_breach
from app.training.certification.operations.exams import Mark, record_marks, regrade
from app.training.certification.operations.progress import recount

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
