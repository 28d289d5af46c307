"""Registering an enterprise or a school."""

from typing import Any

from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.reference.organisation import Organisation


def register(session: Session, actor: Actor, values: dict[str, Any]) -> Organisation:
    """Create an enterprise or school from its columns."""
    organisation = Organisation(**values)
    session.add(organisation)
    session.flush()
    record(session, actor, EventTag.ORGANISATION_CREATE, organisation, kind=organisation.kind)
    return organisation
