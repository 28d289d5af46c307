"""A worker's own account: the slip (账号单) that opens it, and what ends it.

The account is a ``User`` bound to the person; at most one a person (``user_account.worker_id`` is unique). A
slip carries a code of 12 digits, of which the table keeps a keyed digest only, good once and for seven days;
whoever holds the paper also has to know the end of the person's ID number, which it does not say.
"""

import enum
import re
import secrets
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import vault
from models.access import Actor
from models.audit import record
from models.base import Base, Recorded, rows_changed
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.integrity import breaks
from models.messages.kind import MessageKind
from models.messages.message import send
from models.people.worker import Worker, sixteen_by
from models.reference.county_office import office_words
from models.types import EnumText, UTCDateTime
from models.user import User, end_sign_ins
from models.workflow import TransitionRefused

CODE_DIGITS = 12  # a guess hits one of 100,000 open slips once in ten million tries
NAME_DIGITS = 10
GOOD_FOR = timedelta(days=7)
MOST_WRONG = 5
NO_SUCH = Sentence("没有这个码。请对照账号单上的 12 位数字再输一次；还是不行，请找县就业局换一张。")
LOCKED = ""  # no PIN opens an account whose hash is empty


class SlipEnd(enum.StrEnum):
    """Why a slip opens nothing any more, other than by its use and its days."""

    REPLACED = "replaced"
    GUESSED = "guessed"
    REVOKED = "revoked"


SLIP_END_LABELS = {
    SlipEnd.REPLACED: N_("换了新的账号单"),
    SlipEnd.GUESSED: N_("证件后四位错了 5 次"),
    SlipEnd.REVOKED: N_("本人账号停用"),
}


class AccountSlip(Recorded, Base):
    """One printed slip. ``reason``: why a person who has an account already got another."""

    __tablename__ = "account_slip"

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    good_until: Mapped[datetime] = mapped_column(UTCDateTime)
    wrong_tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[SlipEnd | None] = mapped_column(EnumText(SlipEnd))


def code_typed(text: str) -> str:
    """The digits of a code as it was typed or scanned: wide ones, spaces and strokes between are nothing."""
    return re.sub(r"[\s\-–—·.,，]", "", unicodedata.normalize("NFKC", text))


def in_groups(digits: str) -> str:
    """A code as it is printed: 4821 0937 5562."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def account_of(session: Session, worker_id: int) -> User | None:
    """The person's account, be it open or closed."""
    return session.scalar(select(User).where(User.worker_id == worker_id))


def slip_refusal(worker: Worker, today: date) -> Sentence | None:
    """Why nobody prints a slip for ``worker``. Those no longer served keep their right to see what is held
    about them (个人信息保护法 45条), and so their account."""
    if worker.merged_into_id is not None:
        return Sentence("这条记录已并入另一条，请给那一条打账号单。")
    if worker.erased_at is not None:
        return Sentence("这个人的资料已经清除，不能再有账号。")
    if worker.birth_date > sixteen_by(today):
        return Sentence("未满 16 周岁，还不能有自己的账号。")
    return None


# --- the slip -------------------------------------------------------------------------------------------


def print_slip(session: Session, worker: Worker, *, actor: Actor, now: datetime, reason: str = "") -> str:
    """A new slip for ``worker``, as the code that stands on it and nowhere else; those before are void.

    For somebody who has an account it is the way back in: the old PIN and every sign-in end at once, and a
    ``reason`` is asked; the person is told, for a slip nobody asked for may be in the wrong hands. Raises
    TransitionRefused.
    """
    session.refresh(worker, with_for_update=True)  # as it is now: an erasure may have come first
    if refusal := slip_refusal(worker, day_of(now)):
        raise TransitionRefused(refusal)
    account = account_of(session, worker.id)
    if account is not None and not reason:
        raise TransitionRefused(
            Sentence("%(name)s已经有账号。要补打账号单，请写明为什么。", {"name": worker.name})
        )
    _end_slips(session, [worker.id], SlipEnd.REPLACED, now)
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    slip = AccountSlip(
        worker_id=worker.id,
        code_digest=_digest(code),
        printed_by_id=actor.user_id,
        reason=reason,
        good_until=now + GOOD_FOR,
    )
    session.add(slip)
    if account is not None:
        account.password_hash, account.totp_secret = LOCKED, None
        end_sign_ins(session, account.id, now)
        told = {"day": day_of(now), "office": office_words(session, worker.county_code)}
        last = day_of(slip.good_until)
        send(session, worker.id, MessageKind.ACCOUNT_SLIP, told, actor=actor, now=now, until=last)
    record(session, actor, EventTag.ACCOUNT_SLIP, worker, **({"reason": reason} if reason else {}))
    return code


def slip_with(session: Session, code: str, now: datetime) -> AccountSlip:
    """The slip that opens something now. Raises TransitionRefused, with whom to ask."""
    slip = session.scalar(select(AccountSlip).where(AccountSlip.code_digest == _digest(code_typed(code))))
    if slip is None:
        raise TransitionRefused(NO_SUCH)
    if refusal := is_over(session, slip, now):
        raise TransitionRefused(refusal)
    return slip


def is_good(now: datetime) -> ColumnElement[bool]:
    """That a slip still opens something."""
    return and_(AccountSlip.used_at.is_(None), AccountSlip.ended_at.is_(None), AccountSlip.good_until > now)


def is_over(session: Session, slip: AccountSlip, now: datetime) -> Sentence | None:
    """Why ``slip`` opens nothing any more, and what to do about it; None while it is good."""
    told = {"office": office_words(session, slip.worker.county_code)}
    if slip.used_at is not None:
        return Sentence(
            "这张账号单用过了，一张只能用一次。是你本人用的，请直接登录；不是你，请马上找%(office)s。",
            told,
        )
    if slip.ended_by is SlipEnd.REPLACED:
        return Sentence("这张账号单作废了：后来又打了一张新的。请用新的那张，或者找%(office)s。", told)
    if slip.ended_by is SlipEnd.GUESSED:
        return Sentence("证件后四位错了 5 次，这张账号单作废了。资料没有丢，请找%(office)s重新打一张。", told)
    if slip.ended_by is SlipEnd.REVOKED:
        return Sentence("这张账号单作废了。请找%(office)s重新打一张。", told)
    if slip.good_until <= now:
        return Sentence("这张账号单过了 7 天，不能用了。请找%(office)s重新打一张。", told)
    return None


def confirm_last4(session: Session, slip: AccountSlip, last4: str, now: datetime) -> bool:
    """Whether ``last4`` ends the person's ID number; the fifth that does not ends the slip, nothing else."""
    typed = unicodedata.normalize("NFKC", last4).strip().upper().replace("×", "X")
    if secrets.compare_digest(typed.encode(), slip.worker.id_last4.encode()):
        return True
    # Counted by the database, so that tries at the same time are all counted.
    counted = update(AccountSlip).where(AccountSlip.id == slip.id)
    rows_changed(session, counted.values(wrong_tries=AccountSlip.wrong_tries + 1))
    session.refresh(slip)
    nobody = Actor(None, "")
    if slip.wrong_tries >= MOST_WRONG and slip.ended_at is None:
        slip.ended_at, slip.ended_by = now, SlipEnd.GUESSED
        record(session, nobody, EventTag.ACCOUNT_SLIP_END, slip.worker, reason=SlipEnd.GUESSED.value)
    else:
        record(session, nobody, EventTag.ACCOUNT_SLIP_FAILED, slip.worker)
    return False


# --- the account ----------------------------------------------------------------------------------------


def bind(session: Session, slip_id: int, pin_hash: str, now: datetime) -> User:
    """Use the slip up: the person's account opens with the PIN behind ``pin_hash`` from now on.

    Of two telephones at once one wins: a slip is used by one conditional UPDATE. The caller gives the role.
    Raises TransitionRefused.
    """
    whose = select(AccountSlip.worker_id).where(AccountSlip.id == slip_id).scalar_subquery()
    session.scalar(select(Worker.id).where(Worker.id == whose).with_for_update())
    taken = rows_changed(
        session, update(AccountSlip).where(AccountSlip.id == slip_id, is_good(now)).values(used_at=now)
    )
    session.expire_all()
    slip = session.get(AccountSlip, slip_id)
    if slip is None:  # it went with an erasure
        raise TransitionRefused(NO_SUCH)
    worker = slip.worker
    if not taken:
        raise TransitionRefused(is_over(session, slip, now) or NO_SUCH)
    if refusal := slip_refusal(worker, day_of(now)):
        raise TransitionRefused(refusal)
    account = account_of(session, worker.id) or _new_account(session, worker)
    account.name, account.password_hash, account.must_change_password = worker.name, pin_hash, False
    account.is_active, account.totp_secret = True, None
    end_sign_ins(session, account.id, now)
    record(session, Actor(account.id, account.name), EventTag.ACCOUNT_BIND, worker, user=account.id)
    return account


def revoke_account(
    session: Session, worker_ids: Collection[int], *, actor: Actor, now: datetime, reason: str
) -> None:
    """End the accounts of records that are merged away or erased: no sign-in, no PIN, no slip opens them.

    A new slip for the person opens the account again. ``reason`` is a key of the audit: merged, erased.
    """
    _end_slips(session, worker_ids, SlipEnd.REVOKED, now)
    for account in session.scalars(select(User).where(User.worker_id.in_(worker_ids)).order_by(User.id)):
        account.is_active, account.password_hash = False, LOCKED
        end_sign_ins(session, account.id, now)
        record(session, actor, EventTag.ACCOUNT_REVOKE, f"user:{account.id}", reason=reason)


def _end_slips(session: Session, worker_ids: Collection[int], end: SlipEnd, now: datetime) -> None:
    is_open = AccountSlip.used_at.is_(None), AccountSlip.ended_at.is_(None)
    session.execute(
        update(AccountSlip)
        .where(AccountSlip.worker_id.in_(worker_ids), *is_open)
        .values(ended_at=now, ended_by=end)
    )


def _new_account(session: Session, worker: Worker) -> User:
    """An account with a drawn number for a name: it tells nothing about the person, and nobody guesses it."""
    while True:
        drawn = "".join(secrets.choice("0123456789") for _ in range(NAME_DIGITS))
        account = User(username=drawn, name=worker.name, password_hash=LOCKED, worker_id=worker.id)
        try:
            with session.begin_nested():
                session.add(account)
        except IntegrityError as problem:
            if not breaks(problem, "user_account.username"):
                raise
        else:
            return account


def _digest(code: str) -> str:
    return vault.digest(f"account slip {code}")
