"""What the evidence of a spell shows: which day belongs to it, the best of it and until when it reaches."""

from datetime import date

from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.employment.spell import EmploymentSpell, SpellEvidence
from models.event_tags import EventTag
from models.i18n import Sentence


def outside(spell: EmploymentSpell, shown_on: date) -> Sentence | None:
    """Why evidence of ``shown_on`` cannot belong to ``spell``, or None."""
    if shown_on < spell.began_on:
        return Sentence(
            "凭据的日子早于这段经历的开始（%(day)s）。请先更正开始的日子。", {"day": spell.began_on}
        )
    if spell.ended_on is not None and shown_on > spell.ended_on:
        return Sentence(
            "凭据的日子晚于这段经历的结束（%(day)s）。请先更正离开的日子。", {"day": spell.ended_on}
        )
    return None


def weigh(spell: EmploymentSpell) -> None:
    """Work out anew the best evidence that the person works there, and until when it reaches."""
    shown = [one for one in spell.evidence if not one.says_left]
    spell.evidence_level = max((one.level for one in shown), default=0)
    spell.shown_until = max((one.shown_on for one in shown), default=None)


def remove_evidence(session: Session, row: SpellEvidence, reason: str, *, actor: Actor) -> None:
    """Whoever told it takes it back: the spell is weighed without it.

    The caller asks that nobody has verified it.
    """
    spell, said = row.spell, {"shown_on": str(row.shown_on), "kind": row.kind.value}
    spell.evidence.remove(row)
    weigh(spell)
    words = {"fields": ["evidence"], "reason": reason, "from": said}
    record(session, actor, EventTag.SPELL_CORRECT, spell, **words)
