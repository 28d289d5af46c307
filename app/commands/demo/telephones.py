"""Workers of the demo with an account of their own, opened as everybody opens one; and a slip to try."""

from datetime import date, datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from app.accounts.attempts import Origin
from app.commands.demo.accounts import DEMO_PIN, ZHAOJUE, actor_named
from app.workers.account_slips import operations as slips
from models.clock import utc_now
from models.people.worker import Worker, sixteen_by
from models.people.worker_account import AccountSlip
from models.placement.placement import Placement, PlacementState
from models.user import User

S = PlacementState
TOLD = (S.OFFERED, S.ACCEPTED, S.HIRED, S.ON_SITE)


def tell_telephones(session: Session, today: date) -> None:
    """One worker of each stage has an account: slip, PIN, telephone."""
    county, pin_hash = actor_named(session, "county", today), accounts.hasher.hash(DEMO_PIN)
    for state in TOLD:
        worker = session.scalar(_without_account(today).where(Placement.state == state).limit(1))
        if worker is None:
            continue
        slips.print_for(session, county, [worker.id], utc_now())
        session.flush()
        slip = session.scalars(select(AccountSlip.id).where(AccountSlip.worker_id == worker.id)).one()
        origin = Origin("203.0.113.20", f"demo telephone {state}")
        accounts.use_slip(session, slip, pin_hash, origin, utc_now(), "Chrome · Android")


def fresh_slip(session: Session, today: date, now: datetime) -> tuple[str, str, str] | None:
    """(name, code, end of the ID number) of a slip printed now for somebody without an account, with an offer
    to answer if there is one; None in a platform without demo people. The caller commits."""
    people = _without_account(today).where(Worker.is_synthetic)
    worker = session.scalar(people.order_by(None).order_by(Placement.state != S.OFFERED, Worker.id).limit(1))
    if worker is None:
        return None
    batch = slips.print_for(session, actor_named(session, "county", today), [worker.id], now)
    return next(((one.worker.name, one.code, one.worker.id_last4) for one in batch.slips), None)


def account_numbers(session: Session) -> list[str]:
    """The account numbers that open with the demo's PIN, as far as the demo made them."""
    theirs = User.worker_id.is_not(None), User.username != "worker", User.is_active
    made = session.scalars(select(User).where(*theirs).order_by(User.id).limit(len(TOLD))).all()
    # The demo stores one for all of them, and trying is a tenth of a second.
    stored = {user.password_hash for user in made}
    opened = {one for one in stored if accounts.is_hash_of(one, DEMO_PIN)}
    return [user.username for user in made if user.password_hash in opened]


def _without_account(today: date) -> Select[Worker]:
    bound = exists().where(User.worker_id == Worker.id)
    people = select(Worker).join(Placement, Placement.worker_id == Worker.id)
    adults = Worker.birth_date <= sixteen_by(today)
    return people.where(Worker.county_code == ZHAOJUE, adults, ~bound).order_by(Worker.id)
