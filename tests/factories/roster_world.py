"""Monthly rosters, differences and duties of the three tenants of tests/factories/world.py."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import today
from models.employment.difference import Difference, DifferenceKind, Side
from models.employment.duty import Duty, DutyState
from models.employment.roster import (
    MonthlyRoster,
    Presence,
    RosterBatch,
    RosterLine,
    RosterSource,
    open_months,
)
from models.jobs.order import Order
from models.people.worker import Worker
from models.user import User


def make_roster_rows(
    session: Session, order: Order, city: str, worker: Worker, clerk: User
) -> dict[str, int]:
    """One roster with a line, one sheet before its confirm, one difference, one duty."""
    firm, month = order.enterprise, open_months(today())[0]
    roster = MonthlyRoster(
        source=RosterSource.ENTERPRISE,
        owner=f"enterprise:{firm.id}",
        month=month,
        enterprise_id=firm.id,
        city_code=city,
        confirmed_at=datetime.now(UTC),
        confirmed_by_id=clerk.id,
        working=1,
        waiting=1,
    )
    session.add(roster)
    session.flush()
    line = RosterLine(
        roster_id=roster.id,
        source=roster.source,
        month=month,
        worker_id=worker.id,
        county_code=worker.county_code,
        enterprise_id=firm.id,
        employer_name=firm.name,
        city_code=city,
        presence=Presence.WORKING,
    )
    batch = RosterBatch(
        source=RosterSource.ENTERPRISE,
        month=month,
        enterprise_id=firm.id,
        filename="花名册.xlsx",
        user_id=clerk.id,
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
    )
    key = f"not_on_roster:{worker.id}:{firm.id}:"
    difference = Difference(
        kind=DifferenceKind.NOT_ON_ROSTER,
        owner=Side.COUNTY,
        worker_id=worker.id,
        county_code=worker.county_code,
        city_code=city,
        enterprise_id=firm.id,
        month=month,
        open_key=key,
        subject_key=key,
        opened_on=today(),
        due_on=today() + timedelta(days=10),
    )
    duty = Duty(
        worker_id=worker.id,
        active_worker_id=worker.id,
        county_code=worker.county_code,
        city_code=city,
        since_on=date(2017, 5, 3),
        state=DutyState.CITY_TO_VERIFY,
        due_on=today() + timedelta(days=10),
    )
    session.add_all((line, batch, difference, duty))
    session.commit()
    return {
        "monthly_roster": roster.id,
        "roster_line": line.id,
        "roster_batch": batch.id,
        "difference": difference.id,
        "duty": duty.id,
    }
