"""Reports of one pair for a month, a quarter or a year: drafted at one end, checked at the other, frozen.

A frozen report is kept as it is by the database itself; what is wrong in it is put right by a new version,
which says what differs. Its checksum stands in the audit, whose chain is keyed outside the database.
"""

import enum
import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Connection, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Actor, Permission, Role
from models.append_only import protect, protect_when
from models.background_job import Job
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reports.told_figure import OF_PAIRS
from models.two_person_acts import REPORT_CHECKED
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class PeriodKind(enum.StrEnum):
    """How long a report's period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


PERIOD_KIND_LABELS = {
    PeriodKind.MONTH: N_("月报"),
    PeriodKind.QUARTER: N_("季报"),
    PeriodKind.YEAR: N_("年报"),
}
MONTHS_OF = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


class ReportState(enum.StrEnum):
    """Where a report is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    FROZEN = "frozen"


REPORT_STATE_LABELS = {
    ReportState.DRAFT: N_("起草"),
    ReportState.SUBMITTED: N_("等对方核对"),
    ReportState.CHECKED: N_("对方核对过"),
    ReportState.FROZEN: N_("已封存"),
}
R = ReportState


class ReportEnd(enum.StrEnum):
    """The two ends of a pair."""

    HELPER = "helper"
    RECIPIENT = "recipient"


REPORT_END_LABELS = {ReportEnd.HELPER: N_("帮扶市"), ReportEnd.RECIPIENT: N_("被帮扶的市州")}
Cell = list[int]
Figures = dict[str, dict[str, Cell]]
"""By indicator and county ("": the whole pair) [value, of how many, of how many nothing is known]."""


class Report(Recorded, Base):
    """One version of one report. ``on`` is the last day of its period: all figures are as of it.

    ``figures`` is what was counted last, ``figures_digest`` what the other end checked; freezing counts again
    and refuses where that differs. ``definitions``: by key the version of the definition. ``corrects_id``:
    the frozen version whose place this one takes. ``checksum`` covers the rows of every figure.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("kind", "on", "helper_code", "recipient_code", "number"),
        Index("ix_report_pair_on", "helper_code", "recipient_code", "on", "id"),
        Index("ix_report_on_state", "on", "state", "id"),
        CheckConstraint('first_on <= "on"', name="days"),
    )

    kind: Mapped[PeriodKind] = mapped_column(EnumText(PeriodKind))
    first_on: Mapped[date]
    on: Mapped[date]
    helper_code: Mapped[str] = mapped_column(String(9))
    recipient_code: Mapped[str] = mapped_column(String(9), index=True)
    number: Mapped[int] = mapped_column(default=1)
    drafted_end: Mapped[ReportEnd] = mapped_column(EnumText(ReportEnd))
    state: Mapped[ReportState] = mapped_column(EnumText(ReportState), default=R.DRAFT)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), unique=True)
    corrects: Mapped["Report | None"] = relationship(remote_side="Report.id")
    reason: Mapped[str] = mapped_column(String(300), default="")
    definitions: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    figures: Mapped[Figures] = mapped_column(JSON, default=dict)
    figures_digest: Mapped[str] = mapped_column(String(64), default="")
    checksum: Mapped[str] = mapped_column(String(64), default="")
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    job: Mapped[Job | None] = relationship()
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(OF_PAIRS)

    @property
    def is_reported(self) -> bool:
        """Handed in by the end that wrote it: a draft has been seen by nobody else."""
        return self.state is not ReportState.DRAFT

    @property
    def is_frozen(self) -> bool:
        """Whether the database keeps it as it is."""
        return self.state is R.FROZEN


class FrozenFigure(Recorded, Base):
    """One figure of a frozen report with the very rows it counts. Append-only.

    ``rows`` are lists [county, id, what is counted once, part, amount] of ``subject`` (a table); no name and
    no number of a person stands in them. ``county_code`` is in the rows: the figures by county follow.
    """

    __tablename__ = "frozen_figure"
    __table_args__ = (UniqueConstraint("report_id", "key"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    report: Mapped[Report] = relationship()
    key: Mapped[str] = mapped_column(String(40))
    definition_version: Mapped[int]
    subject: Mapped[str] = mapped_column(String(40))
    cells: Mapped[dict[str, Cell]] = mapped_column(JSON)
    rows: Mapped[list[list[Any]]] = mapped_column(JSON, deferred=True)
    checksum: Mapped[str] = mapped_column(String(64))

    __scope__: dict[Role, Any] = {}

    def own_checksum(self) -> str:
        """What :attr:`checksum` has to be."""
        return digest_of([self.key, self.definition_version, self.subject, self.cells, self.rows])


def digest_of(value: Any) -> str:
    """SHA-256 of the one way to write ``value``."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def checksum_of(report: Report, figures: Iterable[FrozenFigure]) -> str:
    """Over what the report is about, the definitions, and the checksum of every figure."""
    head = [report.kind, report.first_on.isoformat(), report.on.isoformat()]
    pair = [report.helper_code, report.recipient_code, report.number, report.definitions]
    return digest_of([head, pair, sorted([one.key, one.own_checksum()] for one in figures)])


@event.listens_for(FrozenFigure.__table__, "after_create")
def _append_only(table: Any, connection: Connection, **options: Any) -> None:
    protect(connection, table.name)


@event.listens_for(Report.__table__, "after_create")
def _keep_frozen(table: Any, connection: Connection, **options: Any) -> None:
    protect_when(connection, table.name, "frozen", "state = 'frozen'")


def end_of(actor: Actor, report: Report) -> ReportEnd | None:
    """At which end of the pair ``actor`` works; None for neither."""
    if report.helper_code in actor.areas(Role.CITY, Role.PROVINCE):
        return ReportEnd.HELPER
    if report.recipient_code in actor.areas(Role.PREFECTURE):
        return ReportEnd.RECIPIENT
    return None


def _own_end(report: Any, actor: Actor) -> Sentence | None:
    if end_of(actor, report) is report.drafted_end:
        return None
    return Sentence("这份报表由%(end)s起草，这一步由起草的一头来办。", {"end": report.drafted_end})


def _other_end(report: Any, actor: Actor) -> Sentence | None:
    end = end_of(actor, report)
    if end is not None and end is not report.drafted_end:
        return None
    return Sentence("这份报表由%(end)s起草，要由对方一头的另一个人核对。", {"end": report.drafted_end})


def _is_counted(report: Any, actor: Actor) -> list[Sentence]:
    said = [] if report.figures else [Sentence("数字还没有算出来，请先重新计算。")]
    return said + [one for one in [_own_end(report, actor)] if one]


_P = Permission
REPORT_WORKFLOW = Workflow(
    "report",
    EventTag.REPORT_ADVANCE,
    (
        Transition(
            "submit",
            (R.DRAFT,),
            R.SUBMITTED,
            _P.REPORT_MAKE,
            N_("交对方核对"),
            guard=_is_counted,
            tone="brand",
        ),
        Transition(
            "recall", (R.SUBMITTED, R.CHECKED), R.DRAFT, _P.REPORT_MAKE, N_("拿回来改"), guard=_own_end
        ),
        Transition(
            "check",
            (R.SUBMITTED,),
            R.CHECKED,
            _P.REPORT_CHECK,
            N_("核对无误"),
            guard=_other_end,
            second=REPORT_CHECKED,
            tone="brand",
        ),
        Transition(
            "return",
            (R.SUBMITTED,),
            R.DRAFT,
            _P.REPORT_CHECK,
            N_("退回修改"),
            guard=_other_end,
            second=REPORT_CHECKED,
            asks_reason=True,
        ),
        Transition("freeze", (R.CHECKED,), R.FROZEN, _P.REPORT_MAKE, N_("封存"), tone="brand"),
    ),
)
