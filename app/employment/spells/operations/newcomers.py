"""People already at work whom a city or an enterprise tells of; their county finds and takes over."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import opening_budget, vault
from models.access import Actor, Permission, Role, visible_to
from models.audit import record
from models.employment.newcomer import NEWCOMER_WORKFLOW, Newcomer, NewcomerState
from models.employment.recording import Workplace, add_evidence, begin_spell, spells_of, teller_of
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.name import clean_name, name_key
from models.people.worker import Worker, holders
from models.placement.leaving import Channel
from models.reference.organisation import Organisation
from models.row_security import looking_everywhere
from models.workflow import TransitionRefused

NO_WORD = Sentence("要本人同意才能登记。请先问本人，再写明是怎么同意的。")
TOLD_BEFORE = Sentence("这个人在这家单位已经登记过，等户籍县认领。")
ONLY_THERE = Sentence("已在当地上班的人，由用工城市或企业登记；本县的人请直接在台账里登记。")
NOT_HERE = Sentence("台账里还没有这个人。请先登记，再认领。")


@dataclass(frozen=True)
class Told:
    """What is told of one person. ``consent_channel`` None: the person has not agreed."""

    name: str
    id_number: str
    county_code: str
    began_on: date
    consent_channel: Channel | None
    phone: str | None = None
    township: str = ""


@dataclass(frozen=True)
class Written:
    """What a registration wrote: somebody who waits, a spell, or one more piece of evidence for a spell.

    Never shown to whoever registered, since it tells who is in a register.
    """

    newcomer: Newcomer | None = None
    spell: EmploymentSpell | None = None
    evidence: SpellEvidence | None = None


def workplace_of(actor: Actor, employer: Organisation | None, employer_name: str) -> Workplace:
    """Where the person works: at the enterprise that tells it, or where the city says, in the city."""
    if employer is not None:
        return Workplace(SpellKind.ENTERPRISE, employer.area_code, employer.name, employer.id)
    return Workplace(SpellKind.ENTERPRISE, next(iter(actor.areas(Role.CITY)), ""), employer_name.strip())


def tell_one(
    session: Session, actor: Actor, told: Told, workplace: Workplace, today: date, most: int
) -> None:
    """:func:`register` one person told by hand, as long as fewer than ``most`` were told today."""
    opening_budget.spend_numbers(session, actor, 1, today, most)
    register(session, actor, told, workplace, today)


def register(session: Session, actor: Actor, told: Told, workplace: Workplace, today: date) -> Written:
    """Write down that somebody already works there; the caller has spent the day's budget for it.

    Who is in the register by number and name gets a spell; anybody else waits for the county. Which of the
    two it was is not told, since only the county's own may know who is in its register. Raises
    TransitionRefused without the person's word, and for somebody told of before.
    """
    if told.consent_channel is None:
        raise TransitionRefused(NO_WORD)
    with looking_everywhere(session, "somebody told of as at work: the whole ID number is the key"):
        return _register(session, actor, told, workplace, today)


def _register(session: Session, actor: Actor, told: Told, workplace: Workplace, today: date) -> Written:
    digest = vault.digest(told.id_number)
    found = session.execute(holders([digest])).first()
    worker = session.get(Worker, found[1]) if found else None
    if worker is not None and name_key(worker.name) == name_key(told.name) and worker.erased_at is None:
        return _tell(session, actor, worker, workplace, told.began_on, teller_of(actor), today)
    return Written(_wait(session, actor, told, workplace, digest, seen=worker is not None))


def _tell(
    session: Session,
    actor: Actor,
    worker: Worker,
    workplace: Workplace,
    began_on: date,
    teller: Teller,
    today: date,
) -> Written:
    """A spell by this word, or the word added to the spell that is there."""
    for one in spells_of(session, worker.id):
        if one.ended_on is None and workplace.is_that_of(one):
            shown_on = max(one.began_on, began_on)
            shown = add_evidence(
                session, one, EvidenceKind.WORD, shown_on=shown_on, actor=actor, today=today, teller=teller
            )
            return Written(spell=one, evidence=shown)
    spell = begin_spell(
        session, worker, workplace, began_on, actor=actor, today=today, contradicts=True, teller=teller
    )
    return Written(spell=spell)


def _wait(
    session: Session, actor: Actor, told: Told, workplace: Workplace, digest: str, *, seen: bool
) -> Newcomer:
    same = select(Newcomer.id).where(
        Newcomer.id_digest == digest,
        Newcomer.state == NewcomerState.WAITING,
        Newcomer.employer_name == workplace.employer_name,
    )
    if session.scalar(same.limit(1)) is not None:
        raise TransitionRefused(TOLD_BEFORE)
    row = Newcomer(
        name=clean_name(told.name),
        id_number=told.id_number,
        id_digest=digest,
        id_last4=told.id_number[-4:],
        phone=told.phone,
        county_code=told.county_code,
        township=told.township,
        employer_id=workplace.employer_id,
        employer_name=workplace.employer_name,
        place_code=workplace.place_code,
        kind=workplace.kind,
        began_on=told.began_on,
        consent_channel=told.consent_channel,
        seen_by_number=seen,
        teller=teller_of(actor),
        recorded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    channel = told.consent_channel.value if told.consent_channel else ""
    record(session, actor, EventTag.NEWCOMER_REGISTER, row, area=told.county_code, channel=channel)
    return row


def take_back(session: Session, actor: Actor, row: Newcomer) -> None:
    """Whoever told of somebody takes it back; nothing of the person is kept. Raises TransitionRefused, or
    IllegalTransition where the county has settled it."""
    NEWCOMER_WORKFLOW.advance(session, row, "take_back", actor)
    _forget(row)


def take_over(session: Session, actor: Actor, row: Newcomer, today: date) -> EmploymentSpell:
    """The county has the person in its register: the spell begins there.

    Raises TransitionRefused while the register has nobody with the number.
    """
    same = select(Worker).where(Worker.id_digest == row.id_digest, Worker.merged_into_id.is_(None))
    worker = session.scalar(visible_to(actor, same, Worker, Permission.WORKER_WRITE))
    if worker is None or worker.erased_at is not None:
        raise TransitionRefused(NOT_HERE)
    row.worker_id = worker.id
    NEWCOMER_WORKFLOW.advance(session, row, "take_over", actor)
    workplace = Workplace(row.kind, row.place_code, row.employer_name, row.employer_id)
    spell = _tell(session, actor, worker, workplace, row.began_on, row.teller, today).spell
    if spell is None:
        raise RuntimeError("told of work, and there is no spell")
    row.spell_id = spell.id
    _forget(row)
    return spell


def turn_away(session: Session, actor: Actor, row: Newcomer, reason: str) -> None:
    """The person is not of this county; whoever told it is shown the reason."""
    NEWCOMER_WORKFLOW.advance(session, row, "turn_away", actor, reason=reason)
    row.settled_reason = reason[:200]
    _forget(row)


def _forget(row: Newcomer) -> None:
    row.id_number = row.phone = None


def reveal(
    session: Session, actor: Actor, row: Newcomer, purpose: str, today: date, most: int
) -> tuple[str, str]:
    """Number and telephone, for the county to find or register the person; noted with what for.

    Raises TransitionRefused where the account has opened ``most`` people's numbers today.
    """
    opening_budget.spend_opening(session, actor, today, most)
    record(session, actor, EventTag.WORKER_REVEAL, row, purpose=purpose, fields=["id_number", "phone"])
    return row.id_number or "", row.phone or ""
