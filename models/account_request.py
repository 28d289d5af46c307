"""What one administrator asks for and another grants: administration, a right given by somebody new, keys.

A waiting request changes nothing. It is confirmed by somebody who has no hand in either account, refused,
withdrawn by the asker, or it expires.
"""

import enum
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from models.access import Actor, Permission, Role, everything
from models.base import Base, Recorded
from models.clock import utc_now
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.one_hand import entangled, is_young
from models.reference.area import Area
from models.reference.organisation import Organisation
from models.two_person_acts import REQUEST_CONFIRMED
from models.types import EncryptedText, EnumText, UTCDateTime
from models.user import User
from models.workflow import Transition, Workflow

STANDS = timedelta(days=7)


class RequestKind(enum.StrEnum):
    """What is asked for."""

    GRANT = "grant"
    PASSWORD = "password"  # noqa: S105 (a kind, not a secret)
    SECOND_FACTOR = "second_factor"
    REOPEN = "reopen"


REQUEST_KIND_LABELS = {
    RequestKind.GRANT: N_("授权"),
    RequestKind.PASSWORD: N_("换新密码"),
    RequestKind.SECOND_FACTOR: N_("去掉动态口令"),
    RequestKind.REOPEN: N_("恢复账号"),
}


class RequestState(enum.StrEnum):
    """Where a request is."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


REQUEST_STATE_LABELS = {
    RequestState.WAITING: N_("等另一位管理员"),
    RequestState.CONFIRMED: N_("已同意"),
    RequestState.REFUSED: N_("不同意"),
    RequestState.WITHDRAWN: N_("已撤回"),
    RequestState.EXPIRED: N_("过期没有办"),
}


class AccountRequest(Recorded, Base):
    """One request about ``user``; role, place and days are those of the grant asked for.

    ``half``: of a new password, the half that the asker was shown; the other half is drawn for whoever
    confirms, so that neither of them holds the whole. It goes when the request is decided.
    """

    __tablename__ = "account_request"
    __table_args__ = (Index("ix_account_request_state", "state", "due_on", "id"),)

    kind: Mapped[RequestKind] = mapped_column(EnumText(RequestKind))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    role: Mapped[Role | None] = mapped_column(EnumText(Role))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    area: Mapped[Area | None] = relationship()
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation: Mapped[Organisation | None] = relationship()
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    half: Mapped[str | None] = mapped_column(EncryptedText("account_request.half"))
    due_on: Mapped[date]
    state: Mapped[RequestState] = mapped_column(EnumText(RequestState), default=RequestState.WAITING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    decision: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {Role.ADMIN: everything}


NOT_ANOTHER = Sentence(
    "要由另一位管理员同意：不是提出的人，也不是这个账号本人；没有建过这两个账号，也不是它们建的；"
    "一周之内没有和它们由同一个人授权或换密码。"
)
TOO_NEW = Sentence("你的账号或管理员身份还不到一周，不能同意别人的申请，请另一位管理员来办。")
NOT_YOURS = Sentence("只有提出的人能撤回；不赞成，请选“不同意”。")


def _is_another(request: AccountRequest, actor: Actor) -> Sentence | None:
    session = object_session(request)
    if actor.user_id is None or session is None:
        return None
    now, own = utc_now(), {request.asked_by_id, request.user_id}
    if actor.user_id not in own and actor.user_id in entangled(session, own, now):
        return NOT_ANOTHER
    return TOO_NEW if is_young(session, actor.user_id, now) else None


def _is_asker(request: AccountRequest, actor: Actor) -> Sentence | None:
    return None if actor.user_id == request.asked_by_id else NOT_YOURS


R = RequestState
_P = Permission.USER_ADMIN
REQUEST_WORKFLOW = Workflow(
    "account_request",
    EventTag.REQUEST_ADVANCE,
    (
        Transition(
            "confirm",
            (R.WAITING,),
            R.CONFIRMED,
            _P,
            N_("同意"),
            guard=_is_another,
            second=REQUEST_CONFIRMED,
            tone="brand",
        ),
        Transition("refuse", (R.WAITING,), R.REFUSED, _P, N_("不同意"), asks_reason=True, tone="danger"),
        Transition("withdraw", (R.WAITING,), R.WITHDRAWN, _P, N_("撤回申请"), guard=_is_asker),
        Transition("expire", (R.WAITING,), R.EXPIRED, _P, N_("过期"), shown=False),
    ),
)
