"""What offices keep of two cases that become one, or of two offices that do: notes, reminders, who has it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.care import Care, CareKind, CareNote
from models.reference.organisation import Organisation

KEPT = ("assigned_to_id", "remind_on", "remind_for_id")
Undo = list[dict[str, Any]]


def cares_of(session: Session, kind: CareKind, subject_id: int) -> list[Care]:
    """What all offices keep of one case."""
    return list(session.scalars(select(Care).where(Care.kind == kind, Care.subject_id == subject_id)))


def unite_cases(session: Session, kind: CareKind, gone: int, kept: int) -> Undo:
    """Every office has of the case ``kept`` what it had of both; what :func:`part_cases` needs."""
    return [_unite(session, care, care.office, kept) for care in cares_of(session, kind, gone)]


def unite_offices(session: Session, gone: Organisation, kept: Organisation) -> int:
    """One organisation has what both kept of their cases; how many cases there were."""
    rows = cares_of_office(session, gone)
    for care in rows:
        _unite(session, care, office_name(kept), care.subject_id)
    return len(rows)


def cares_of_office(session: Session, organisation: Organisation) -> list[Care]:
    """All that an organisation keeps of cases."""
    return list(session.scalars(select(Care).where(Care.office == office_name(organisation))))


def office_name(organisation: Organisation) -> str:
    """An organisation as the office of its cares."""
    return f"organisation-{organisation.id}"


def _unite(session: Session, care: Care, office: str, subject_id: int) -> dict[str, Any]:
    """Notes come together; a day and a colleague stay as the kept case has them, and come along where it has
    none."""
    there = session.scalar(
        select(Care).where(Care.office == office, Care.kind == care.kind, Care.subject_id == subject_id)
    )
    undo: dict[str, Any] = {"care": care.id, "subject": care.subject_id}
    if there is None:
        care.office, care.subject_id = office, subject_id
    else:
        notes = session.scalars(select(CareNote.id).where(CareNote.care_id == care.id)).all()
        had = {name: getattr(care, name) for name in KEPT}
        filled = _fitting(had, there)
        for name in KEPT:
            setattr(care, name, None)
            if name in filled:
                setattr(there, name, filled[name])
        _give_notes(session, notes, there.id)
        undo |= {"to": there.id, "notes": list(notes), "had": _plain(had), "filled": _plain(filled)}
    session.flush()
    session.expire_all()
    return undo


def _fitting(had: Mapping[str, Any], there: Care) -> dict[str, Any]:
    """What comes along: a colleague, or a day with whom it reminds, where the kept case has none."""
    names = ["assigned_to_id"] if there.assigned_to_id is None else []
    names += ["remind_on", "remind_for_id"] if there.remind_on is None else []
    return {name: had[name] for name in names if had[name] is not None}


def part_cases(session: Session, undone: Iterable[Mapping[str, Any]]) -> None:
    """Give back what :func:`unite_cases` moved and nobody changed since."""
    for undo in undone:
        care = session.get(Care, undo["care"])
        if care is None:
            continue
        if "to" not in undo:
            care.subject_id = undo["subject"]
            continue
        for name, value in undo["had"].items():
            setattr(care, name, _restored(name, value))
        there = session.get_one(Care, undo["to"])
        for name, value in undo["filled"].items():
            if getattr(there, name) == _restored(name, value):
                setattr(there, name, None)
        _give_notes(session, undo["notes"], care.id)
    session.flush()


def _give_notes(session: Session, notes: Iterable[int], care_id: int) -> None:
    session.execute(update(CareNote).where(CareNote.id.in_(list(notes))).values(care_id=care_id))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _restored(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name == "remind_on" and value else value
