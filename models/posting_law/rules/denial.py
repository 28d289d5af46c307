"""Whether a posting says that an abuse does not happen with it."""

from models.posting_law.grammar import any_of, clause, holds, sentence
from models.posting_law.reading import Reading


def denied(reading: Reading, first: int, last: int, reach: int = 6) -> bool:
    """ "不收押金", "押金全免", "凡收押金均为诈骗": the posting says the thing does not happen."""
    start, end = clause(reading, first, last)
    head, tail = sentence(reading, first, last)
    if any_of(reading, head, tail, "warning"):
        return True
    if any_of(reading, last, min(end, last + reach), "borne"):
        return True
    if any_of(reading, last, min(tail, last + 2 * reach), "refund"):
        return True
    return _refused(reading, max(start, first - reach), first)


def _refused(reading: Reading, start: int, first: int) -> bool:
    """Walk back from the match: past a verb of paying, "无" no longer reaches it ("无经验交押金")."""
    past_payment = holds(reading, first, "charge")
    for place in range(first - 1, start - 1, -1):
        if holds(reading, place, "cancel") and not (past_payment and holds(reading, place, "nothing")):
            return True
        past_payment = past_payment or holds(reading, place, "charge")
    return False
