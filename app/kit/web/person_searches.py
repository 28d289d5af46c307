"""Looking for persons by a text in lists that are open for a stated purpose: so many a day, in the audit."""

from flask import current_app, request
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.logs import without_numbers
from models.access import Actor
from models.clock import today
from models.opening_budget import spend_search
from models.permissions import OF_PERSONS, Permission

LONGEST = 60
# While somebody types, no persons are offered: see app.home.search_views.
WHILE_TYPING = "part"


def note_search(actor: Actor, policy: Permission | str | None) -> None:
    """Note what ``q`` of the request looks for, where the page tells of persons whom ``actor`` sees for a
    purpose only. Raises TransitionRefused beyond the day's number.

    It is written beside the request's transaction, which only reads, and before anything is answered: a
    search that cannot be noted is not made.
    """
    text = " ".join(request.values.get("q", "").split())[:LONGEST].lower()
    tells = policy in OF_PERSONS or not isinstance(policy, Permission)
    if not text or not tells or actor.opened_until is None or WHILE_TYPING in request.args:
        return
    most: int = current_app.config["SEARCHES_A_DAY"]
    with Session(db.engine) as own:
        spend_search(own, actor, text, without_numbers(text), today(), most)
        own.commit()
