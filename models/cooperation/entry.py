"""One line of a register of the cooperation: a meeting, a decision, a plan, a project, a donation ...

One table holds them all. Each register (``app/cooperation/registers``) says which of the columns it uses and
what they are called there, so that whatever has to be added up (people, households, fen) is a column of its
own type, and a new register takes no migration.
"""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Permission, Right, Role, by_area, everything
from models.base import Base, Recorded
from models.bulk_upload import UploadBatch
from models.event_tags import EventTag
from models.i18n import N_
from models.reference.organisation import Organisation
from models.two_person_acts import ENTRY_ACCEPTED
from models.types import EncryptedBytes, EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class EntryState(enum.StrEnum):
    """Where what a line tells of stands."""

    PLANNED = "entry_planned"
    UNDER_WAY = "entry_under_way"
    DONE = "entry_done"
    ACCEPTED = "entry_accepted"
    CANCELLED = "entry_cancelled"


ENTRY_STATE_LABELS = {
    EntryState.PLANNED: N_("计划中"),
    EntryState.UNDER_WAY: N_("正在办"),
    EntryState.DONE: N_("办完待验收"),
    EntryState.ACCEPTED: N_("已验收"),
    EntryState.CANCELLED: N_("不办了"),
}
OPEN_STATES = (EntryState.PLANNED, EntryState.UNDER_WAY)


class Owes(enum.StrEnum):
    """Which office a line waits for."""

    HELPER = "owed_by_helper"
    RECIPIENT = "owed_by_recipient"
    PROVINCE = "owed_by_province"


OWES_LABELS = {
    Owes.HELPER: N_("帮扶市"),
    Owes.RECIPIENT: N_("被帮扶的市州、县"),
    Owes.PROVINCE: N_("省级"),
}


def of_either_end(model: Any, right: Right) -> ColumnElement[bool]:
    """Rows of which one end lies in the right's area."""
    return or_(by_area("place_code")(model, right), by_area("city_code")(model, right))


BOTH_ENDS = {
    Role.COUNTY: by_area("place_code"),
    Role.PREFECTURE: by_area("place_code"),
    Role.CITY: by_area("city_code"),
    Role.PROVINCE: everything,
    Role.AUDITOR: of_either_end,
}
"""Whose rows a cooperation's are: the place that is helped, the city that helps, and those who look."""


class RegisterEntry(Recorded, Base):
    """One line. ``place_code``: who is helped (county, prefecture or province); ``city_code``: who helps.

    ``held_on``: the day of it; ``due_on``: the last day for ``owed_by``; ``done_on``: when it was done.
    ``planned_fen`` was agreed or promised, ``amount_fen`` came. ``parent_id``: the line it belongs to (a
    decision to its meeting, a milestone to its project). ``organisation_id``: the enterprise or school, whose
    people at work are counted from spells. None is unknown.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        Index("ix_register_entry_place", "register", "place_code", "id"),
        Index("ix_register_entry_city", "register", "city_code", "id"),
        Index("ix_register_entry_due", "state", "due_on"),
        Index("ix_register_entry_title", "register", "place_code", "title"),
    )

    register: Mapped[str] = mapped_column(String(30))
    place_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    city_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    village: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30), default="")
    partner: Mapped[str] = mapped_column(String(120), default="")
    owner: Mapped[str] = mapped_column(String(60), default="")
    owed_by: Mapped[Owes | None] = mapped_column(EnumText(Owes))
    held_on: Mapped[date | None]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    planned_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    people: Mapped[int | None]
    households: Mapped[int | None]
    target: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(1000), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation | None] = relationship()
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("register_entry.id"), index=True)
    state: Mapped[EntryState] = mapped_column(EnumText(EntryState), default=EntryState.PLANNED)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(BOTH_ENDS)


class EntryPaper(Recorded, Base):
    """A photograph or document with a line, drawn anew on arrival (a PDF), sealed; opening is audited."""

    __tablename__ = "entry_paper"

    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"), index=True)
    entry: Mapped[RegisterEntry] = relationship()
    name: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    pages: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(EncryptedBytes("entry_paper.content"), deferred=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class EntryBatch(UploadBatch, Base):
    """A sheet of one register between its preview and its confirm; its sender's alone."""

    __tablename__ = "entry_batch"

    register: Mapped[str] = mapped_column(String(30))
    area_code: Mapped[str] = mapped_column(String(9))

    __scope__ = {
        Role.COUNTY: by_area("area_code"),
        Role.PREFECTURE: by_area("area_code"),
        Role.CITY: by_area("area_code"),
        Role.PROVINCE: everything,
    }


def _step(
    event: str, sources: tuple[EntryState, ...], target: EntryState, label: str, **more: Any
) -> Transition:
    return Transition(event, sources, target, Permission.COOPERATION_WRITE, label, **more)


_S = EntryState
ENTRY_WORKFLOW = Workflow(
    "register_entry",
    EventTag.ENTRY_ADVANCE,
    (
        _step("begin_entry", (_S.PLANNED,), _S.UNDER_WAY, N_("开始办")),
        _step("finish_entry", OPEN_STATES, _S.DONE, N_("办完了"), tone="brand"),
        Transition(
            "accept_entry",
            (_S.DONE,),
            _S.ACCEPTED,
            Permission.COOPERATION_ACCEPT,
            N_("验收通过"),
            second=ENTRY_ACCEPTED,
            tone="brand",
        ),
        Transition(
            "redo_entry",
            (_S.DONE,),
            _S.UNDER_WAY,
            Permission.COOPERATION_ACCEPT,
            N_("退回再办"),
            second=ENTRY_ACCEPTED,
            asks_reason=True,
        ),
        _step("cancel_entry", OPEN_STATES, _S.CANCELLED, N_("不办了"), asks_reason=True, tone="danger"),
        _step("reopen_entry", (_S.CANCELLED,), _S.PLANNED, N_("重新办"), asks_reason=True),
    ),
)
