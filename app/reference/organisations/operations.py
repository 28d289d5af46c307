"""Registering an enterprise or a school, correcting and moving it, and making one of two."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import Session

from app.reference.organisations.references import Reference, is_anywhere, references
from models.access import Actor
from models.audit import record
from models.base import rows_changed
from models.care import Care
from models.care_uniting import cares_of_office, unite_offices
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.reference.occupation_word import OccupationWord, organisation_unit
from models.reference.organisation import Organisation
from models.second_person import of_organisations


def register(session: Session, actor: Actor, values: dict[str, Any]) -> Organisation:
    """Create an enterprise or school from its columns."""
    organisation = Organisation(**values)
    session.add(organisation)
    session.flush()
    record(session, actor, EventTag.ORGANISATION_CREATE, organisation, kind=organisation.kind)
    return organisation


def correct(
    session: Session, actor: Actor, organisation: Organisation, values: Mapping[str, Any], reason: str
) -> list[str]:
    """Write what changed; returns the columns. A move (``area_code``) takes effect for what begins after it.

    Raises Refusal for a merged one, and for another kind where anything is entered under the old one.
    """
    if organisation.merged_into_id:
        raise Refusal(Sentence("这家单位已经并入另一家，请改那一家。"))
    changed = [name for name, value in values.items() if (getattr(organisation, name) or "") != (value or "")]
    if "kind" in changed and is_anywhere(session, organisation):
        raise Refusal(Sentence("这家单位名下已经有业务或授权，类型不能再改；登错了请新登记一家。"))
    was = organisation.area_code
    for name in changed:
        setattr(organisation, name, values[name])
    if changed:
        moved = {"from": was, "to": organisation.area_code} if "area_code" in changed else {}
        told = {"fields": changed, "reason": reason} | moved
        record(session, actor, EventTag.ORGANISATION_UPDATE, organisation, **told)
    return changed


def merge_refusals(kept: Organisation, folded: Organisation) -> list[Sentence]:
    """Why ``folded`` cannot become ``kept``, all at once."""
    refusals = []
    if kept.id == folded.id:
        refusals.append(Sentence("两家是同一条登记，不用合并。"))
    if kept.kind is not folded.kind:
        refusals.append(Sentence("一家是企业、一家是培训学校，不能合并。"))
    refusals += [
        Sentence("%(name)s已经并入另一家。", {"name": row.name})
        for row in (kept, folded)
        if row.merged_into_id
    ]
    return refusals


def merge(
    session: Session, actor: Actor, kept: Organisation, folded: Organisation, reason: str
) -> dict[str, int]:
    """Give everything ``folded`` has to ``kept`` and close it; returns how many rows of each table moved.

    Rows of which ``kept`` has one like it (a bid for the same order) stay where they are: a second one would
    say that it bid twice. Raises Refusal (:func:`merge_refusals`).
    """
    # Two who merge the same pair in opposite directions: the second finds it merged.
    both = select(Organisation).where(Organisation.id.in_([kept.id, folded.id])).order_by(Organisation.id)
    session.scalars(both.with_for_update().execution_options(populate_existing=True)).all()
    own = of_organisations(session, actor, {kept.id, folded.id})
    if refusals := merge_refusals(kept, folded) + own:
        raise Refusal(*refusals)
    moved: dict[str, int] = {}
    for reference in references():
        count = _move(session, reference, kept.id, folded.id)
        if count:
            moved[reference.table.name] = moved.get(reference.table.name, 0) + count
    if cares := unite_offices(session, folded, kept):
        moved[Care.__tablename__] = cares
    words = _move_words(session, kept.id, folded.id)
    if words:
        moved[OccupationWord.__tablename__] = words
    for name in ("address", "industry", "contact_name", "contact_phone"):
        if not getattr(kept, name):
            setattr(kept, name, getattr(folded, name))
    folded.merged_into_id = kept.id
    session.flush()
    session.expire_all()
    told = {"organisation": folded.id, "other": folded.name, "counts": moved, "reason": reason}
    record(session, actor, EventTag.ORGANISATION_MERGE, kept, **told)
    record(session, actor, EventTag.ORGANISATION_MERGE, folded, to=kept.id, reason=reason)
    return moved


def _move(session: Session, reference: Reference, kept_id: int, folded_id: int) -> int:
    statement = update(reference.table).where(reference.column == folded_id)
    for others in reference.unique_with:
        like = reference.table.alias()
        same = and_(*(like.c[other.name] == other for other in others))
        statement = statement.where(~exists().where(like.c[reference.column.name] == kept_id, same))
    return rows_changed(session, statement.values({reference.column.name: kept_id}))


def _move_words(session: Session, kept_id: int, folded_id: int) -> int:
    """Words whose occupation the folded one said; what a person of it said under both stays said once."""
    table, like = OccupationWord.__table__, OccupationWord.__table__.alias()
    said = and_(*(like.c[name] == table.c[name] for name in ("word", "industry", "user_id")))
    statement = (
        update(OccupationWord)
        .where(OccupationWord.unit == organisation_unit(folded_id))
        .where(~exists().where(like.c.unit == organisation_unit(kept_id), said))
        .values(unit=organisation_unit(kept_id))
    )
    return rows_changed(session, statement)


def held(session: Session, organisation: Organisation) -> dict[str, int]:
    """How many rows of each table belong to an organisation: what a merge would move, and what stays."""
    counts: dict[str, int] = {}
    for reference in references():
        rows = select(func.count()).select_from(reference.table).where(reference.column == organisation.id)
        counts[reference.table.name] = counts.get(reference.table.name, 0) + (session.scalar(rows) or 0)
    counts[Care.__tablename__] = len(cares_of_office(session, organisation))
    return {name: count for name, count in counts.items() if count}
