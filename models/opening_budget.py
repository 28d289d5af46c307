"""How many people a day an account opens or rings, or an organisation asks about by ID number.

Each asking is an act that administrators look at (models.watched_act). The row of the account or the
organisation is held until the caller commits, so that two at once are counted; the caller notes the act in
the same transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import vault
from models.access import Actor, Grant
from models.audit import AuditEvent, record
from models.clock import CHINA
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.worker import Worker
from models.reference.organisation import Organisation
from models.user import User
from models.watched_act import WatchedAct, opened_since
from models.workflow import TransitionRefused

TELEPHONES_A_DAY = 2000


def spend_opening(session: Session, actor: Actor, today: date, most: int) -> None:
    """Refuse one person more than ``most`` a day whose numbers an account opens one by one.

    Raises TransitionRefused.
    """
    session.get(User, actor.user_id or 0, with_for_update=True)
    if opened_since(session, actor.user_id, datetime.combine(today, time(), CHINA)) >= most:
        raise TransitionRefused(
            Sentence(
                "你今天已经打开了 %(n)s 个人的号码或健康情况，今天不能再开。明天零点以后接着办，或请同事办。",
                {"n": most},
            )
        )


def spend_numbers(session: Session, actor: Actor, people: int, today: date, most: int) -> None:
    """Note that an enterprise or a city tells of ``people`` whom it did not have there, by ID number.

    Whoever is in the register already appears among its people afterwards: asking so may go through a list
    of numbers from elsewhere. Raises TransitionRefused where these and what was told today, whoever of the
    enterprise or of the account told it, are more than ``most``.
    """
    if people <= 0:
        return
    own = next(iter(actor.organisations()), None)
    if own is not None:
        session.get(Organisation, own, with_for_update=True)
    else:
        session.get(User, actor.user_id or 0, with_for_update=True)
    left = max(0, most - _asked_since(session, actor, own, datetime.combine(today, time(), CHINA)))
    if people > left:
        raise TransitionRefused(
            Sentence(
                "一天最多报 %(most)s 个新来的人，今天还能报 %(left)s 个，这次有 %(n)s 个。"
                "没有登记；请把新来的人分成几份，分几天报。",
                {"most": most, "left": left, "n": people},
            )
        )
    subject = f"organisation:{own}" if own is not None else f"area:{next(iter(actor.areas()), '')}"
    for _one in range(people):
        record(session, actor, EventTag.NEWCOMER_ASK, subject)


def spend_search(session: Session, actor: Actor, text: str, told: str, today: date, most: int) -> None:
    """Note that somebody to whom lists of persons are open for a purpose looks for somebody by ``text``: the
    audit keeps ``told`` of it. The same text again costs nothing.

    Raises TransitionRefused beyond ``most`` texts a day.
    """
    session.get(User, actor.user_id or 0, with_for_update=True)
    subject = f"search:{vault.digest(text)[:24]}"
    tags, since = (EventTag.PERSON_SEARCH.value,), datetime.combine(today, time(), CHINA)
    searched = _subjects_since(session, actor, tags, since)
    if subject in searched:
        return
    if len(searched) >= most:
        raise TransitionRefused(
            Sentence(
                "你今天已经按姓名、号码找过 %(n)s 次人，今天不能再找。明天零点以后接着找；"
                "要核的人多，请让当地经办的单位核。",
                {"n": most},
            )
        )
    record(session, actor, EventTag.PERSON_SEARCH, subject, key=told)


def open_telephones(
    session: Session,
    actor: Actor,
    workers: Iterable[Worker],
    purpose: str,
    today: date,
    most: int,
    fields: Sequence[str] = ("phone",),
) -> None:
    """Note of each of ``workers`` that an account takes the whole telephone out, in a list or by the next
    call of a round, and what for.

    Raises TransitionRefused where these and whoever it has opened today are more than ``most`` people: the
    same list taken again costs nothing, and lists of rounds that follow each other are one register.
    """
    subjects = {f"worker:{worker.id}": worker for worker in workers}
    if not subjects:
        return
    session.get(User, actor.user_id or 0, with_for_update=True)
    tags, since = (EventTag.WORKER_REVEAL.value,), datetime.combine(today, time(), CHINA)
    opened = _subjects_since(session, actor, tags, since)
    left, new = max(0, most - len(opened)), len(subjects.keys() - opened)
    if new > left:
        raise TransitionRefused(
            Sentence(
                "一个账号一天最多取出 %(most)s 个人的电话，你今天还能取 %(left)s 个，这次有 %(n)s 个。"
                "号码没有给出；请明天零点以后接着打，或请同事分着打。",
                {"most": most, "left": left, "n": new},
            )
        )
    for worker in subjects.values():
        record(session, actor, EventTag.WORKER_REVEAL, worker, purpose=purpose, fields=list(fields))


def _subjects_since(session: Session, actor: Actor, tags: Sequence[str], since: datetime) -> set[str]:
    """The people, or the texts, of an account's acts, as the audit calls them."""
    rows = (
        select(AuditEvent.subject)
        .join(WatchedAct, WatchedAct.event_id == AuditEvent.id)
        .where(
            WatchedAct.doer_id == actor.user_id,
            WatchedAct.tag.in_(tags),
            WatchedAct.created_at >= since,
        )
    )
    return set(session.scalars(rows))


def _asked_since(session: Session, actor: Actor, own: int | None, since: datetime) -> int:
    told_by = [actor.user_id] if own is None else select(Grant.user_id).where(Grant.organisation_id == own)
    asked = select(func.count(WatchedAct.id)).where(
        WatchedAct.tag == EventTag.NEWCOMER_ASK.value,
        WatchedAct.created_at >= since,
        WatchedAct.doer_id.in_(told_by),
    )
    return session.scalar(asked) or 0
