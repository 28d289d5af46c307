"""What settling keeps of one person: all of it on request, and its erasure (trust.md T20)."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import Column, Page
from app.kit.web.formatters import day, label, level_label, paper, yes_no
from models.hukou.case import (
    CaseState,
    CaseStep,
    DocumentState,
    FamilyMember,
    HukouCase,
    HukouDocument,
    HukouFollowUp,
)
from models.hukou.catalogue import FACTS
from models.hukou.fact import Outlook, PersonFact
from models.people.worker import Worker

EVALUATION_KEPT = ("verdict", "on")


def has_open_case(session: Session, worker: Worker) -> bool:
    """Whether an application of this person is under way."""
    open_case = select(HukouCase.id).where(HukouCase.active_digest == worker.id_digest)
    return session.scalar(open_case.limit(1)) is not None


def hukou_record(session: Session, worker: Worker) -> dict[str, list[dict[str, Any]]]:
    """Return the facts, cases and papers of ``worker`` as plain values; a paper by its kind, not its
    picture."""
    facts = session.scalars(
        select(PersonFact).where(PersonFact.worker_id == worker.id).order_by(PersonFact.id)
    )
    papers = session.scalars(select(HukouDocument).where(HukouDocument.worker_id == worker.id))
    cases = session.scalars(select(HukouCase).where(HukouCase.worker_id == worker.id))
    return {
        "facts": [_fact(one) for one in facts],
        "cases": [_case(one) for one in cases],
        "papers": [_paper(one) for one in papers],
    }


def _paper(one: HukouDocument) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "state": one.state.value,
        "handed_in": one.created_at,
        "valid_until": one.valid_until,
        "pages": one.pages,
        "refused_reason": one.refused_reason,
    }


def _fact(one: PersonFact) -> dict[str, Any]:
    names = (
        "name",
        "value",
        "city_code",
        "as_of",
        "expires_on",
        "growing",
        "evidence",
        "source",
        "superseded_at",
    )
    return {name: getattr(one, name) for name in names}


def _case(one: HukouCase) -> dict[str, Any]:
    family = [
        {"relation": member.relation, "name": member.name, "birth_date": member.birth_date}
        for member in one.family
    ]
    return {
        "number": one.number,
        "city_code": one.city_code,
        "route": one.rule.route,
        "state": one.state.value,
        "applied_on": one.applied_on,
        "decided_on": one.decided_on,
        "decision_reason": one.decision_reason,
        "settled_on": one.settled_on,
        "priority_basis": one.priority_basis,
        "evaluation": one.evaluation,
        "points": one.points,
        "family": family,
        "steps": [
            {"state": step.state.value, "from": step.entered_at, "to": step.left_at, "reason": step.reason}
            for step in one.steps
        ],
    }


def hukou_page(record: dict[str, list[dict[str, Any]]]) -> Page:
    """Return the workbook's page of settling: facts, then papers, then cases."""
    rows = [
        *(_fact_row(one) for one in record["facts"]),
        *(_paper_row(one) for one in record["papers"]),
        *(_case_row(one) for one in record["cases"]),
    ]
    heads = [
        (_("项目"), 30),
        (_("内容"), 20),
        (_("凭什么、为什么"), 40),
        (_("凭据、编号"), 22),
        (_("日期"), 18),
    ]
    return Page(_("落户"), [Column(word, width) for word, width in heads], rows)


def _fact_row(one: dict[str, Any]) -> tuple[str, ...]:
    value = yes_no(one["value"]) if isinstance(one["value"], bool) else str(one["value"])
    proof = level_label(one["evidence"], "evidence")
    word, source = FACTS[one["name"]].word, one["source"]
    return _(word), value, _(source) if source else "", proof, day(one["as_of"])


def _paper_row(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        paper(one["kind"]),
        label(DocumentState(one["state"])),
        one["refused_reason"],
        "",
        day(one["handed_in"]),
    )


def _case_row(one: dict[str, Any]) -> tuple[str, ...]:
    applied = day(one["applied_on"]) if one["applied_on"] else ""
    return one["route"], label(CaseState(one["state"])), one["decision_reason"], one["number"] or "", applied


def wipe_hukou(session: Session, worker: Worker) -> None:
    """Wipe facts, family, pictures and free words; that there was a case, and how long, stays countable."""
    cases = select(HukouCase.id).where(HukouCase.worker_id == worker.id)
    for row in session.scalars(select(HukouCase).where(HukouCase.worker_id == worker.id)):
        row.priority_basis = row.decision_reason = row.permit_number = ""
        row.evaluation = {name: row.evaluation[name] for name in EVALUATION_KEPT if name in row.evaluation}
    session.execute(delete(PersonFact).where(PersonFact.worker_id == worker.id))
    session.execute(delete(Outlook).where(Outlook.worker_id == worker.id))
    session.execute(delete(FamilyMember).where(FamilyMember.case_id.in_(cases)))
    session.execute(
        update(HukouDocument)
        .where(HukouDocument.worker_id == worker.id)
        .values(content=None, refused_reason="", digest="", size=0)
    )
    session.execute(update(CaseStep).where(CaseStep.case_id.in_(cases)).values(reason=""))
    session.execute(update(HukouFollowUp).where(HukouFollowUp.case_id.in_(cases)).values(trouble=""))
