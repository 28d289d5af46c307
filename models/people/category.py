"""Which categories a person is in, from when to when, by what evidence: 建档立卡, 脱贫, 监测对象, ...

What the register's own columns say is settled into rows (:func:`settle`); what a paper or somebody's word
says is a row of its own. A day that nobody has told is None: before it was noted nothing is known, not "no".
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Recorded
from models.i18n import N_, Sentence
from models.people.worker import Worker
from models.reference.dated_fact import holds_on
from models.reference.target_category import CategoryUse, TargetCategory
from models.types import EnumText
from models.user import User

FILED, LIFTED, ORDINARY = N_("建档立卡贫困户"), N_("脱贫户"), N_("一般农户")
LOW_INCOME, SUPPORTED = N_("低保户"), N_("特困供养")
MONITORED = N_("防返贫监测对象")
MONITORED_KINDS = (N_("脱贫不稳定户"), N_("边缘易致贫户"), N_("突发严重困难户"))
RELOCATED, DISABLED, FISHER = N_("易地搬迁户"), N_("残疾人"), N_("退捕渔民")
NOT_MONITORED = N_("非监测对象")
KNOWN = (
    FILED,
    LIFTED,
    *MONITORED_KINDS,
    MONITORED,
    LOW_INCOME,
    SUPPORTED,
    RELOCATED,
    DISABLED,
    FISHER,
    ORDINARY,
)
CHUNK = 500
OWN_COLUMNS = (
    "registered_poor",
    "is_lifted",
    "lifted_year",
    "monitored_type",
    "monitored_on",
    "risk_cleared",
    "risk_cleared_on",
    "relocated",
    "retired_fisher",
)
HOUSEHOLD_COLUMNS = ("poverty_attribute", "lifted", "identified_on")
COLUMNS = frozenset({*OWN_COLUMNS, *HOUSEHOLD_COLUMNS, "disability", "household_code"})


class CategoryEvidence(enum.StrEnum):
    """What a row rests on."""

    DOCUMENT = "document"
    WORD = "word"
    REGISTER = "register"


CATEGORY_EVIDENCE_LABELS = {
    CategoryEvidence.REGISTER: N_("台账里的列"),
    CategoryEvidence.DOCUMENT: N_("看过证明材料"),
    CategoryEvidence.WORD: N_("本人或村里说的"),
}


class PersonCategory(Recorded, Base):
    """One person in one category. ``seen_on``: when it was noted; ``over_seen_on``: noted that it is over.

    ``held_from`` and ``held_to`` (its last day) are None where nobody has told the day.
    """

    __tablename__ = "person_category"
    __table_args__ = (Index("ix_person_category_category_worker", "category", "worker_id"),)

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    category: Mapped[str] = mapped_column(String(40))
    held_from: Mapped[date | None]
    held_to: Mapped[date | None]
    seen_on: Mapped[date]
    over_seen_on: Mapped[date | None]
    evidence: Mapped[CategoryEvidence] = mapped_column(EnumText(CategoryEvidence))
    source: Mapped[str] = mapped_column(String(200), default="")
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    noted_by: Mapped[User | None] = relationship()

    def holds_on(self, day: date) -> bool | None:
        """Whether the person was in the category on ``day``; None where nobody has told."""
        if self.held_from is not None and day < self.held_from:
            return False
        if self.held_to is not None and day > self.held_to:
            return False
        if self.held_to is None and self.over_seen_on is not None:
            return False if day >= self.over_seen_on else None
        return True if self.held_from is not None or day >= self.seen_on else None


class Claim(NamedTuple):
    """What the register's columns say of a category; ``is_over``: it has ended, ``until`` is its last day."""

    category: str
    since: date | None = None
    until: date | None = None
    is_over: bool = False


# --- what the register's columns say ----------------------------------------------------------------------

FILED_ATTRIBUTES = frozenset({"一般贫困户", "低保贫困户", "五保贫困户"})
LIFTED_ATTRIBUTES = frozenset({"一般脱贫户", "低保脱贫户", "特困供养脱贫户", LIFTED})
LIFTED_WORDS = frozenset({"新脱贫", "已脱贫(享受政策)"})
_OF_ATTRIBUTE = {
    "低保贫困户": LOW_INCOME,
    "低保脱贫户": LOW_INCOME,
    "五保贫困户": SUPPORTED,
    "特困供养脱贫户": SUPPORTED,
}


def claims_of(worker: Worker) -> list[Claim]:
    """The categories that the register's columns put a person in, household and own columns together."""
    home = worker.household
    attribute = (home.poverty_attribute if home else "") or ""
    lifted = _is_lifted(worker, attribute, (home.lifted if home else "") or "")
    is_ordinary = attribute == ORDINARY or (worker.registered_poor is False and not attribute)
    filed_since = home.identified_on if home else None
    claims: list[Claim] = []
    if attribute in FILED_ATTRIBUTES | LIFTED_ATTRIBUTES or lifted is not None or worker.registered_poor:
        claims.append(Claim(FILED, filed_since))
    elif is_ordinary:
        claims.append(Claim(ORDINARY))
    if lifted:
        year = worker.lifted_year
        claims.append(Claim(LIFTED, date(year, 12, 31) if year else None))
    if attribute in _OF_ATTRIBUTE:
        claims.append(Claim(_OF_ATTRIBUTE[attribute]))
    return claims + _own_claims(worker)


def _is_lifted(worker: Worker, attribute: str, lifted: str) -> bool | None:
    """Whether the household was lifted out of poverty; None where no column tells."""
    if lifted:
        return lifted in LIFTED_WORDS
    if attribute in LIFTED_ATTRIBUTES or worker.lifted_year:
        return True
    return worker.is_lifted


def _own_claims(worker: Worker) -> list[Claim]:
    claims = []
    kind = worker.monitored_type or ""
    if kind and kind != NOT_MONITORED:
        is_over = bool(worker.risk_cleared)
        until = worker.risk_cleared_on if is_over else None
        if until and worker.monitored_on and until < worker.monitored_on:
            until = None  # the two days contradict each other: over, on a day that nobody knows
        claims.append(Claim(kind, worker.monitored_on, until, is_over))
    if worker.relocated:
        claims.append(Claim(RELOCATED))
    if worker.disability:
        claims.append(Claim(DISABLED))
    if worker.retired_fisher:
        claims.append(Claim(FISHER))
    return claims


def settle(session: Session, claims: Mapping[int, Sequence[Claim]], on: date) -> None:
    """Make the REGISTER rows of people say what the register's columns say since ``on``.

    What the columns no longer say ended the day before; what they said on that day only was a slip and goes.
    """
    numbers = list(claims)
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        _settle(session, {number: claims[number] for number in some}, on)


def _settle(session: Session, claims: Mapping[int, Sequence[Claim]], on: date) -> None:
    of_register = PersonCategory.evidence == CategoryEvidence.REGISTER
    columns = (
        PersonCategory.id,
        PersonCategory.worker_id,
        PersonCategory.category,
        PersonCategory.held_from,
        PersonCategory.held_to,
        PersonCategory.seen_on,
        PersonCategory.over_seen_on,
    )
    latest: dict[tuple[int, str], Any] = {}
    known = select(*columns).where(PersonCategory.worker_id.in_(claims), of_register)
    new, changed, gone = [], [], []
    for row in session.execute(known.order_by(PersonCategory.id)):
        before = latest.get((row.worker_id, row.category))
        if before is not None and before.over_seen_on is None:
            gone.append(before.id)  # two open rows of one category: of two records that became one
        latest[row.worker_id, row.category] = row
    for worker_id, said in claims.items():
        for claim in said:
            row = latest.pop((worker_id, claim.category), None)
            if row is None or (_is_closed(row, on) and not claim.is_over):
                new.append(_row_of(worker_id, claim, on))
            elif change := _change_of(row, claim, on):
                changed.append({"id": row.id, **change})
    for row in latest.values():
        if row.seen_on >= on:
            gone.append(row.id)
        elif row.held_to is None and row.over_seen_on is None:
            day = on - timedelta(days=1)
            last = day if row.held_from is None or day >= row.held_from else row.held_from
            changed.append({"id": row.id, "held_from": row.held_from, "held_to": last, "over_seen_on": on})
    if gone:
        session.execute(delete(PersonCategory).where(PersonCategory.id.in_(gone)))
    if changed:
        session.execute(update(PersonCategory), changed)
    if new:
        session.execute(insert(PersonCategory), new)


def _is_closed(row: Any, on: date) -> bool:
    return row.over_seen_on is not None and row.over_seen_on < on


def _row_of(worker_id: int, claim: Claim, on: date) -> dict[str, Any]:
    return {
        "worker_id": worker_id,
        "category": claim.category,
        "held_from": claim.since,
        "held_to": claim.until,
        "seen_on": on,
        "over_seen_on": on if claim.is_over else None,
        "evidence": CategoryEvidence.REGISTER,
        "source": "",
    }


def _change_of(row: Any, claim: Claim, on: date) -> dict[str, Any]:
    over_seen = (row.over_seen_on or on) if claim.is_over else None
    after = {"held_from": claim.since, "held_to": claim.until, "over_seen_on": over_seen}
    before = {name: getattr(row, name) for name in after}
    return {} if after == before else after


def settle_people(session: Session, workers: Iterable[Worker], on: date) -> None:
    """:func:`settle` for people whose columns were just set and flushed."""
    settle(session, {worker.id: claims_of(worker) for worker in workers}, on)


# --- what counts on a day ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """Whether a person counts on a day; None where the register cannot tell. ``category`` decided it.

    ``verified``: what is known of the category is seen in print, so that a verdict may rest on it.
    """

    counts: bool | None
    sentence: Sentence
    category: str = ""
    verified: bool = True
    source: str = ""


def counted(rows: Sequence[PersonCategory], uses: Sequence[TargetCategory], day: date) -> Counted:
    """What ``rows`` of a person say on ``day``, for which ``uses`` hold."""
    told = {row.category for row in rows if row.holds_on(day)}
    for use in sorted(uses, key=lambda use: (not use.counts, not use.verified)):
        if use.name in told:
            what = {"category": use.name}
            sentence = Sentence("登记为%(category)s", what)
            return Counted(use.counts, sentence, use.name, use.verified, use.source)
    if told:
        others = "、".join(name for name in KNOWN if name in told) or "、".join(sorted(told))
        return Counted(None, Sentence("只登记了%(others)s，这一年按别的口径算，请核对", {"others": others}))
    over = [row.category for row in rows if row.holds_on(day) is False]
    if over:
        return Counted(None, Sentence("登记过%(over)s，到这一天已经不算，请核对", {"over": "、".join(over)}))
    return Counted(None, Sentence("没有登记是哪一类人，请核对"))


def categories_of(session: Session, ids: Iterable[int]) -> dict[int, list[PersonCategory]]:
    """The rows of people, by person; one query for each 500."""
    found: dict[int, list[PersonCategory]] = {}
    numbers = list(ids)
    for start in range(0, len(numbers), CHUNK):
        statement = select(PersonCategory).where(PersonCategory.worker_id.in_(numbers[start : start + CHUNK]))
        for row in session.scalars(statement.order_by(PersonCategory.held_from, PersonCategory.id)):
            found.setdefault(row.worker_id, []).append(row)
    return found


def is_in(day: date) -> ColumnElement[bool]:
    """:meth:`PersonCategory.holds_on` is True on ``day``, as a condition on ``person_category``."""
    began = or_(
        PersonCategory.held_from <= day,
        and_(PersonCategory.held_from.is_(None), PersonCategory.seen_on <= day),
    )
    goes_on = and_(PersonCategory.held_to.is_(None), PersonCategory.over_seen_on.is_(None))
    return and_(began, or_(goes_on, PersonCategory.held_to >= day))


def in_category(name: str, day: date) -> ColumnElement[bool]:
    """That a worker is in a category on ``day``."""
    return Worker.id.in_(select(PersonCategory.worker_id).where(PersonCategory.category == name, is_in(day)))


def counts_for(use: CategoryUse, day: date) -> ColumnElement[bool]:
    """That a worker counts for ``use`` on ``day``, as :func:`counted` says of one."""
    return Worker.id.in_(people_who_count(use, day))


def people_who_count(use: CategoryUse, day: date) -> Select[int]:
    """The numbers of those whom :func:`counts_for` holds for: for tables that know the number only."""
    counting = select(TargetCategory.name).where(
        TargetCategory.use == use, TargetCategory.counts.is_(True), holds_on(TargetCategory, day)
    )
    return select(PersonCategory.worker_id).where(PersonCategory.category.in_(counting), is_in(day))
