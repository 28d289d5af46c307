"""A definition of a figure changes by a version of its own: written, weighed, released by a second person.

What is frozen keeps the version it was counted by: a version begins after the last day that is frozen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.queue import Progress, enqueue
from app.reports.counting import NOTHING, count
from app.reports.pairs import Pair, pairs_on
from models.access import Actor, Permission
from models.audit import record
from models.background_job import Job
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reference.release import WAITING, RuleState
from models.reports.indicator import INDICATOR_WORKFLOW, TYPED, FigureUnit, Indicator
from models.reports.report import Report, ReportState
from models.reports.standard_indicators import STANDARD
from models.workflow import TransitionRefused, refuse_for

WRITTEN = (
    "name",
    "formula",
    "document_aspect",
    "national_aspect",
    "reporter",
    "evidence",
    "counted_once",
    "least_evidence",
    "weight",
    "valid_from",
    "reason",
)
UNIT_OF = {one.formula: one.unit for one in STANDARD if one.formula != TYPED}
HAS_VERSION = Sentence("这个指标已经有一个没批准的改动，先把它批准、退回改好，或者不改了。")
NOT_A_DRAFT = Sentence("这个改动已经提交或已经批准，不能再改；要改，请先退回。")
NOTHING_CHANGED = Sentence("和现在的一样，没有改动。")
NO_ASPECT = Sentence("省里的方面和国家的方面至少要写一个，不然没有一张表会用到它。")
COUNTING = N_("正在算换了口径会怎样")


@dataclass(frozen=True)
class Effect:
    """What a pair's figure is by the version in force and by the draft, as of a day."""

    pair: Pair
    before: int
    after: int


def base_of(session: Session, key: str) -> Indicator | None:
    """The latest version that was released: what a new one takes the place of."""
    rows = select(Indicator).where(Indicator.key == key, Indicator.state == RuleState.LIVE)
    return session.scalar(rows.order_by(Indicator.version_number.desc()).limit(1))


def waiting(session: Session) -> Sequence[Indicator]:
    """The versions that are written and not released."""
    rows = select(Indicator).where(Indicator.state.in_(WAITING)).order_by(Indicator.place, Indicator.id)
    return session.scalars(rows).all()


def write(session: Session, actor: Actor, there: Indicator | None, typed: Mapping[str, Any]) -> Indicator:
    """A draft with what was typed: in the place of ``there``, changed (it is a draft), or new (None).

    Queues its weighing. Raises TransitionRefused with every reason against it.
    """
    is_draft = there is not None and there.state in WAITING
    if is_draft and there is not None and there.state is not RuleState.DRAFT:
        raise TransitionRefused(NOT_A_DRAFT)
    base = base_of(session, there.key) if there is not None else None
    refuse_for(list(_against(session, base, there if is_draft else None, typed)))
    version = there if is_draft and there is not None else _blank(session, base)
    for name in WRITTEN:
        setattr(version, name, typed[name])
    version.unit = UNIT_OF.get(version.formula, base.unit if base else FigureUnit.PIECES)
    version.created_by_id, version.effect = actor.user_id, None
    session.add(version)
    session.flush()
    told = {"name": version.key, "version": version.version_number}
    record(session, actor, EventTag.INDICATOR_WRITE, version, fields=_changed(base, typed), **told)
    weigh(session, actor, version)
    return version


def _changed(base: Indicator | None, typed: Mapping[str, Any]) -> list[str]:
    return [name for name in WRITTEN if base is None or getattr(base, name) != typed[name]]


def _blank(session: Session, base: Indicator | None) -> Indicator:
    if base is None:
        place = session.scalar(select(func.max(Indicator.place))) or 0
        return Indicator(key=f"own_{place + 1}", version_number=1, state=RuleState.DRAFT, place=place + 1)
    highest = session.scalar(select(func.max(Indicator.version_number)).where(Indicator.key == base.key))
    number = (highest or base.version_number) + 1
    return Indicator(key=base.key, version_number=number, state=RuleState.DRAFT, place=base.place)


def _against(
    session: Session, base: Indicator | None, draft: Indicator | None, typed: Mapping[str, Any]
) -> Sequence[Sentence]:
    said = []
    if typed["document_aspect"] is None and typed["national_aspect"] is None:
        said.append(NO_ASPECT)
    if base is not None:
        if not [name for name in _changed(base, typed) if name not in ("valid_from", "reason")]:
            said.append(NOTHING_CHANGED)
        others = [one for one in waiting(session) if one.key == base.key and one is not draft]
        said += [HAS_VERSION] if others else []
    return [*said, *(one for one in [day_refusal(session, base, typed["valid_from"])] if one)]


def day_refusal(session: Session, base: Indicator | None, valid_from: date) -> Sentence | None:
    """That a version cannot begin on ``valid_from``: reports are frozen up to a later day."""
    if base is not None and valid_from <= base.valid_from:
        return Sentence("新口径要从 %(day)s 以后的日子起算，以前的不改。", {"day": base.valid_from})
    last = session.scalar(select(func.max(Report.on)).where(Report.state == ReportState.FROZEN))
    if last is not None and valid_from <= last:
        values = {"day": last, "next": last + timedelta(days=1)}
        return Sentence("报表已经封存到 %(day)s，口径最早从 %(next)s 起改，封存过的不变。", values)
    return None


def weigh(session: Session, actor: Actor, version: Indicator) -> Job:
    """Queue the counting of what the draft would make of every pair's figure."""
    if version.state is not RuleState.DRAFT:
        raise TransitionRefused(NOT_A_DRAFT)
    return enqueue(session, actor, "indicator_effect", version.id)


def carry_out_weighing(
    session: Session, actor: Actor, version_id: int, progress: Progress, today: date
) -> dict[str, Any]:
    """Count the figure of every pair as it is and as it would be, keep it with the draft, then commit.

    Raises PermissionError when the right is gone.
    """
    if not actor.can(Permission.INDICATOR_WRITE):
        raise PermissionError(Permission.INDICATOR_WRITE)
    version = session.get_one(Indicator, version_id)
    base, pairs = base_of(session, version.key), pairs_on(session, today)
    rows = []
    progress.tell(COUNTING, 0, len(pairs))
    for done, pair in enumerate(pairs, 1):
        before, after = (
            0 if one is None else count(session, pair, today, one).cells.get("", NOTHING)[0]
            for one in (base, version)
        )
        rows.append([pair.helper_code, pair.recipient_code, before, after])
        progress.tell(done=done)
    session.rollback()
    version = session.get_one(Indicator, version_id)
    if version.state is RuleState.DRAFT:
        version.effect = {"day": today.isoformat(), "rows": rows}
    session.commit()
    return {"pairs": len(rows)}


def effect_of(version: Indicator) -> list[Effect]:
    """What the weighing found, pair by pair."""
    told = version.effect or {"rows": []}
    return [Effect(Pair(row[0], row[1]), row[2], row[3]) for row in told["rows"]]


def advance(session: Session, actor: Actor, version: Indicator, event: str, reason: str = "") -> None:
    """Propose, return, drop or release; the version before it ends the day before it begins.

    Raises TransitionRefused, for a release also where a report was frozen meanwhile.
    """
    session.refresh(version, with_for_update=True)
    base = base_of(session, version.key)
    if event == "release" and (said := day_refusal(session, base, version.valid_from)):
        raise TransitionRefused(said)
    INDICATOR_WORKFLOW.advance(session, version, event, actor, reason=reason)
    if event == "propose":
        version.proposed_by_id = actor.user_id
    if event != "release":
        return
    version.released_by_id = actor.user_id
    if base is not None:
        session.refresh(base, with_for_update=True)
        # It is an administrator's from now on: a new load of what is shipped leaves its last day alone.
        base.valid_to, base.entered = version.valid_from - timedelta(days=1), True
        record(session, actor, EventTag.INDICATOR_WRITE, base, fields=["valid_to"])
