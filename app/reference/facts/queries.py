"""Reads of dated facts: the permission is the scope."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from app.kit.web.history import Entry
from app.kit.web.navigation import Task
from app.kit.web.queue import is_finished
from app.reference.facts.tables import SEARCHED, TABLES, FactTable
from models.access import Actor, Permission
from models.audit import AuditEvent, events_of
from models.background_job import Job
from models.event_tags import EVENT_LABELS, EventTag
from models.i18n import N_, Sentence, counted
from models.posting_law.law_list import CitedLaw, cited_laws
from models.reference.ageing import aged_on, is_aged
from models.reference.calendar import missing_feasts
from models.reference.release import WAITING, RuleState
from models.second_person import second_persons
from models.training.standard import STANDARD_WORKFLOW, TrainingStandard
from models.two_person_acts import STANDARD_RELEASED

PAGE, NOTICE_MONTH = 50, 11


@dataclass(frozen=True)
class Chosen:
    """Which rows of a table are asked for: with a word in them, those 待核, those not looked at for long."""

    find: str = ""
    unchecked: bool = False
    aged: bool = False

    @property
    def kept(self) -> dict[str, str]:
        """The choice as it stands in an address."""
        flags = {name: "1" for name in ("unchecked", "aged") if getattr(self, name)}
        return ({"q": self.find} if self.find else {}) | flags


def facts_page(
    session: Session, table: FactTable, chosen: Chosen, after: str, today: date
) -> tuple[list[Any], bool]:
    """One page of a table by its key, and whether there are more rows behind it."""
    model = table.model
    statement: Select[Any] = select(model).where(_stands(model)).order_by(table.key).limit(PAGE + 1)
    if (last := _key(table, after)) is not None:
        statement = statement.where(table.key > last)
    if chosen.unchecked:
        statement = statement.where(~model.verified)
    if chosen.aged:
        statement = statement.where(aged_on(model, today))
    if chosen.find:
        texts = [getattr(model, name) for name, _word, kind in table.columns if kind in SEARCHED]
        statement = statement.where(or_(*[column.contains(chosen.find, autoescape=True) for column in texts]))
    rows = list(session.scalars(statement))
    return rows[:PAGE], len(rows) > PAGE


def _stands(model: Any) -> ColumnElement[bool]:
    """The rows that count: of a table with versions, those in force."""
    return model.state == RuleState.LIVE if hasattr(model, "state") else true()


def fact_by_key(session: Session, table: FactTable, key: str) -> Any:
    """The row of ``table`` whose primary key stands in its address, or None."""
    given = _key(table, key)
    return None if given is None else session.scalar(select(table.model).where(table.key == given))


def _key(table: FactTable, text: str) -> str | int | None:
    """A key as it stands in an address; PostgreSQL compares no number with a text."""
    if table.key.type.python_type is not int:
        return text or None
    return int(text) if text.isascii() and text.isdigit() else None


def unchecked(session: Session) -> dict[FactTable, int]:
    """How many facts of each table have not been checked against their document."""
    return {table: _count(session, table, ~table.model.verified) for table in TABLES}


def aged(session: Session, today: date) -> dict[FactTable, int]:
    """How many facts in force of each table nobody has looked at for too long."""
    return {table: _count(session, table, aged_on(table.model, today)) for table in TABLES}


def _count(session: Session, table: FactTable, where: ColumnElement[bool]) -> int:
    rows = select(func.count()).select_from(table.model).where(where, _stands(table.model))
    return session.scalar(rows) or 0


def aged_laws(today: date) -> list[CitedLaw]:
    """The cited laws in force that nobody has looked at for too long."""
    return [law for law in cited_laws() if is_aged(law, today)]


# --- versions of a training standard --------------------------------------------------------------------


def waiting_versions(session: Session, table: FactTable) -> list[TrainingStandard]:
    """The versions of the table's standards that nobody has released, the oldest first."""
    if table.model is not TrainingStandard:
        return []
    waiting = select(TrainingStandard).where(TrainingStandard.state.in_(WAITING))
    return list(session.scalars(waiting.order_by(TrainingStandard.id)))


def weighing(session: Session, version: TrainingStandard) -> Job | None:
    """The unfinished counting of whom the version would touch, if one is under way."""
    mine = select(Job).where(Job.name == "standard_effect", Job.subject_id == version.id)
    job = session.scalar(mine.order_by(Job.id.desc()).limit(1))
    return job if job and not is_finished(job) else None


def version_history(session: Session, version: TrainingStandard) -> list[Entry]:
    """Who wrote, proposed, returned and released a version, the latest first."""
    return [
        Entry(event.at, event.actor_name, _what(event), Sentence(event.details.get("reason", "")))
        for event in events_of(session, version)
    ]


def _what(event: AuditEvent) -> Sentence:
    step = STANDARD_WORKFLOW.by_event.get(event.details.get("event", ""))
    return Sentence(step.label if step else EVENT_LABELS[EventTag(event.tag)])


# --- what waits today -----------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for an administrator: facts to be checked or looked at again, a year's holidays."""
    if not actor.can(Permission.USER_ADMIN):
        return []
    year = today.year + (today.month >= NOTICE_MONTH)  # the notice for a year comes in the autumn before
    return [
        _to_release(session, actor),
        _unchecked_facts(session),
        _aged_facts(session, today),
        _unknown_holidays(session, year),
    ]


def _to_release(session: Session, actor: Actor) -> Task:
    proposed = session.scalars(
        select(TrainingStandard).where(TrainingStandard.state == RuleState.PROPOSED)
    ).all()
    against = second_persons(STANDARD_RELEASED, proposed, actor)
    waiting = [version for version, said in zip(proposed, against, strict=True) if not said]
    url = url_for("reference.facts", slug="training-standards")
    if len(waiting) == 1:
        url = url_for("reference.standard_version", version_id=waiting[0].id)
    reason = Sentence("写的人不能批准；先看影响哪些班、差多少钱")
    text = counted(len(waiting), "条培训标准的改动等第二人批准")
    return Task(len(waiting), text, reason, url, N_("去看看"), "reference.reference")


def _unknown_holidays(session: Session, year: int) -> Task:
    missing = missing_feasts(session, year)
    text = counted(int(bool(missing)), "个年份的节假日还没有登记齐：%(year)s 年", year=year)
    reason = Sentence("缺%(names)s。登记以前，工作日只扣法定节假日和周末，调休算不进去", {"names": missing})
    url = url_for("reference.facts", slug="holidays")
    return Task(int(bool(missing)), text, reason, url, N_("去登记"), "reference.reference")


def _unchecked_facts(session: Session) -> Task:
    counts = unchecked(session)
    reason = Sentence("%(tables)s；核实前只作参考，不作结论", {"tables": _listed(counts)})
    text = counted(sum(counts.values()), "条基础数据还没有对照原文核实")
    url = _address(counts, "unchecked")
    return Task(sum(counts.values()), text, reason, url, N_("去核实"), "reference.reference")


def _aged_facts(session: Session, today: date) -> Task:
    counts, laws = aged(session, today), len(aged_laws(today))
    listed, count = _listed(counts), sum(counts.values()) + laws
    reason = Sentence("%(tables)s；看看有没有新规定，没有就点“今天看过”", {"tables": listed})
    url = _address(counts, "aged")
    if laws:  # which are part of the platform: nobody confirms them by a click
        listed.append(Sentence("%(table)s %(n)s 条", {"table": Sentence(N_("引用的法律")), "n": laws}))
        reason = Sentence(
            "%(tables)s；看看有没有新规定，没有就点“今天看过”；法律随平台更新，有变化请告诉维护的人",
            {"tables": listed},
        )
        url = url_for("reference.reference") if any(counts.values()) else url_for("reference.laws")
    text = counted(count, "条基础数据很久没有人看过，可能已经变了")
    return Task(count, text, reason, url, N_("去看看"), "reference.reference")


def _listed(counts: dict[FactTable, int]) -> list[Sentence]:
    return [
        Sentence("%(table)s %(n)s 条", {"table": Sentence(table.word), "n": count})
        for table, count in counts.items()
        if count
    ]


def _address(counts: dict[FactTable, int], flag: str) -> str:
    """The list of the one table that has any, else the page of all tables."""
    waiting = [table for table, count in counts.items() if count]
    if len(waiting) != 1:
        return url_for("reference.reference")
    return f"{url_for('reference.facts', slug=waiting[0].slug)}?{flag}=1"
