"""Use cases of the family that moves along: added once, at a plausible age; removed with a reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.hukou.cases.operations.closing import lock_open
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.hukou.case import HukouCase
from models.hukou.family import SPOUSE, FamilyMember, impossible, odd
from models.i18n import Refusal, Sentence
from models.people.identity import IdNumber
from models.people.name import name_key
from models.workflow import REASON_MISSING, TransitionRefused, refuse_for


@dataclass(frozen=True)
class Relative:
    """Somebody who is to move along, as the form gives them; ``id_number`` of 18 characters, or None."""

    relation: str
    name: str
    birth_date: date
    needs_school: bool
    id_number: str | None = None


class Doubtful(Refusal):
    """Possible, but seldom: somebody has to say that it is so."""


def add_family_member(
    session: Session, actor: Actor, case: HukouCase, relative: Relative, day: date, *, is_sure: bool = False
) -> FamilyMember:
    """Add a person who moves along; the audit keeps no name.

    Raises TransitionRefused once the case is over, for somebody who is there already, or an age that cannot
    be; Doubtful for an odd age, unless ``is_sure``.
    """
    lock_open(session, case, "family")
    refuse_for(_against(case, relative, day))
    about = (relative.relation, relative.birth_date, case.worker.birth_date, case.worker.sex)
    doubts = odd(*about, relative.needs_school, day)
    if doubts and not is_sure:
        raise Doubtful(*doubts)
    member = FamilyMember(
        relation=relative.relation,
        name=relative.name,
        birth_date=relative.birth_date,
        id_number=relative.id_number,
        needs_school=relative.needs_school,
    )
    case.family.append(member)
    confirmed = {"basis": "".join(str(doubt) for doubt in doubts)} if doubts else {}
    record(session, actor, EventTag.HUKOU_FAMILY_ADD, case, worker=case.worker_id, **confirmed)
    return member


def _against(case: HukouCase, relative: Relative, day: date) -> Iterator[Sentence]:
    worker = case.worker
    if problem := impossible(relative.relation, relative.birth_date, worker.birth_date, day):
        yield problem
    number = relative.id_number
    if number and IdNumber.parse(number, day).birth_date != relative.birth_date:
        yield Sentence("出生日期和证件号码里的不一样，请核对哪一个写错了。")
    if _is_one(relative, worker.name, worker.birth_date, worker.id_number):
        yield Sentence("这是申请人本人，不用再加。")
    spouse = next((member for member in case.moving_along if member.relation == SPOUSE), None)
    if relative.relation == SPOUSE and spouse is not None:
        yield Sentence("已经登记了配偶%(name)s。写错了的话，先把那一位移出。", {"name": spouse.name})
    for member in case.moving_along:
        if _is_one(relative, member.name, member.birth_date, member.id_number):
            yield Sentence(
                "%(name)s已经登记过了（同一个证件号码，或同名同一天出生）。", {"name": member.name}
            )


def _is_one(relative: Relative, name: str, born: date, number: str | None) -> bool:
    """Whether two are one person: by number where both have one, else by name and birth."""
    if relative.id_number and number:
        return relative.id_number == number
    return relative.birth_date == born and name_key(relative.name) == name_key(name)


def remove_family_member(
    session: Session, actor: Actor, member: FamilyMember, reason: str, now: datetime
) -> None:
    """Take back a family member who was entered by mistake or does not come along.

    Raises TransitionRefused once the case is over, without a reason, or for one removed before.
    """
    case: HukouCase = member.case
    lock_open(session, case, "family_removal")
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if member.removed_at is not None:
        raise TransitionRefused(Sentence("这位家人已经移出了。"))
    member.removed_at, member.removed_by_id, member.removed_reason = now, actor.user_id, reason
    member.id_number = None
    record(session, actor, EventTag.HUKOU_FAMILY_REMOVE, case, worker=case.worker_id, reason=reason)
