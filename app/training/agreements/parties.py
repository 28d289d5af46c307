"""On which sides of an agreement an account may sign."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, Right, Role
from models.training.training_order import Agreement, Party

ROLE_OF = {
    Party.COUNTY: Role.COUNTY,
    Party.SCHOOL: Role.SCHOOL,
    Party.ENTERPRISE: Role.ENTERPRISE,
    Party.CITY: Role.CITY,
}


def sides_of(session: Session, actor: Actor, agreement: Agreement) -> list[Party]:
    """Return the parties of this agreement for which ``actor`` may sign: its own county, school, firm or
    city."""
    rights = actor.rights_for(Permission.TRAINING_SIGN)
    return [
        signature.party
        for signature in agreement.signatures
        if any(
            _covers(session, right, agreement) for right in rights if right.role is ROLE_OF[signature.party]
        )
    ]


def _covers(session: Session, right: Right, agreement: Agreement) -> bool:
    inside = Agreement.__scope__[right.role](Agreement, right)
    return session.scalar(select(Agreement.id).where(Agreement.id == agreement.id, inside)) is not None
