"""The ledger: what left the account, entry by entry, and the sums by subsidy, school and month."""

from dataclasses import dataclass

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session, joinedload

from app.placements.queries.statistics import Bar
from models.access import Actor, Permission, visible_to
from models.reference.organisation import Organisation
from models.training.subsidy import Claim, LedgerEntry, Scheme

PAGE, MOST_MONTHS = 50, 24
READ = Permission.CLAIM_READ


@dataclass(frozen=True)
class SchoolSum:
    """What was paid for one school's classes: payments and fen of one subsidy."""

    school: str
    scheme: Scheme
    payments: int
    amount_fen: int


@dataclass(frozen=True)
class MonthSum:
    """What was paid in one month, in fen by subsidy."""

    year: int
    month: int
    by_scheme: dict[Scheme, int]

    @property
    def name(self) -> str:
        """The month as tables write it: 2026-06."""
        return f"{self.year}-{self.month:02d}"

    @property
    def amount_fen(self) -> int:
        """Both subsidies together."""
        return sum(self.by_scheme.values())


def page_of(
    session: Session, actor: Actor, before: int | None = None
) -> tuple[list[LedgerEntry], int | None]:
    """One page of entries, the newest first, and the next key."""
    statement = select(LedgerEntry).options(joinedload(LedgerEntry.claim))
    statement = visible_to(actor, statement, LedgerEntry, READ)
    if before:
        statement = statement.where(LedgerEntry.id < before)
    rows = list(session.scalars(statement.order_by(LedgerEntry.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def by_school(session: Session, actor: Actor) -> list[SchoolSum]:
    """The sums by school and subsidy, by the school's name."""
    statement = (
        select(Organisation.name, LedgerEntry.scheme, func.count(), func.sum(LedgerEntry.amount_fen))
        .select_from(LedgerEntry)
        .join(Claim, Claim.id == LedgerEntry.claim_id)
        .join(Organisation, Organisation.id == Claim.school_id)
        .group_by(Organisation.id, Organisation.name, LedgerEntry.scheme)
        .order_by(Organisation.name, LedgerEntry.scheme.desc())
    )
    rows = session.execute(visible_to(actor, statement, LedgerEntry, READ))
    return [SchoolSum(name, scheme, count, int(fen)) for name, scheme, count, fen in rows]


def by_month(session: Session, actor: Actor) -> list[MonthSum]:
    """The sums of the last 24 months with payments, the newest first."""
    year, month = extract("year", LedgerEntry.paid_on), extract("month", LedgerEntry.paid_on)
    statement = (
        select(year, month, LedgerEntry.scheme, func.sum(LedgerEntry.amount_fen))
        .group_by(year, month, LedgerEntry.scheme)
        .order_by(year.desc(), month.desc())
        .limit(MOST_MONTHS * len(Scheme))
    )
    months: dict[tuple[int, int], dict[Scheme, int]] = {}
    for of_year, of_month, scheme, fen in session.execute(visible_to(actor, statement, LedgerEntry, READ)):
        months.setdefault((int(of_year), int(of_month)), {})[scheme] = int(fen)
    return [MonthSum(*when, sums) for when, sums in list(months.items())[:MOST_MONTHS]]


def bars(months: list[MonthSum]) -> list[Bar]:
    """(month, yuan, "") for kit.bars, the oldest first."""
    return [(one.name, one.amount_fen // 100, "") for one in reversed(months)]
