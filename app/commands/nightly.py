"""Every night: offers nobody answered lapse, so that the person is free for the next one; places that no
class
needs any more open to everybody; the audit is checked."""

import logging
from contextlib import suppress
from datetime import date, datetime

from flask import Flask
from huey import crontab
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.hukou.rules.operations.forecasts import evaluate_all
from app.kit.web.extensions import db
from app.placements.operations.steps import move
from app.reference.audit.operations import check_chain
from app.training.agreements.operations import release_overdue
from app.training.certification.operations import expire_certificates
from models.access import SYSTEM, Actor, Right, Role
from models.clock import today, utc_now
from models.placement.placement import Placement, PlacementState
from models.workflow import IllegalTransition

log = logging.getLogger(__name__)
# The clock acts with a county's permissions, without an area: it opens no row to anybody.
CLOCK = Actor(None, "clock", (Right(Role.COUNTY),))
LAPSING = (PlacementState.INVITED, PlacementState.OFFERED)
AT_ONCE = 200


def schedule(app: Flask) -> None:
    """Let the worker process do the night's work at half past one in China."""

    @app.extensions["huey"].periodic_task(crontab(hour="17", minute="30"), name="nightly")
    def nightly() -> None:
        with app.app_context():
            log.info("expired %s offers", expire_offers(db.session, today()))
            log.info("%s certificates left profiles", expire_certificates(db.session, CLOCK, today()))
            log.info("opened the places of %s classes", open_places(db.session, utc_now(), app))
            log.info("hukou: %s", evaluate_all(db.session, today()))
            if broken := check_chain(db.session, SYSTEM, app.config["AUDIT_ANCHOR"]):
                log.error("the audit chain is broken at %s", broken)


def open_places(session: Session, now: datetime, app: Flask) -> int:
    """Open the places of classes that are long over (RESERVED_PLACE_DAYS). Returns how many agreements."""
    found = release_overdue(session, CLOCK, now, app.config["RESERVED_PLACE_DAYS"])
    session.commit()
    return found


def expire_offers(session: Session, day: date) -> int:
    """Let everything lapse that should have been answered before ``day``, 200 a transaction. Returns how
    many."""
    late = (
        select(Placement)
        .where(Placement.state.in_(LAPSING), Placement.respond_by < day)
        .order_by(Placement.worker_id)
        .limit(AT_ONCE)
    )
    done = 0
    while rows := session.scalars(late).all():
        for placement in rows:
            with suppress(IllegalTransition):  # answered in the last moment
                move(session, CLOCK, placement, "expire")
        session.commit()
        done += len(rows)
    return done
