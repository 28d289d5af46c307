"""The night's work on accounts: requests lapse, and what was counted at the door goes, as do old sign-ins."""

from datetime import date, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.accounts import requests
from app.accounts.attempts import BY_STRANGERS, KNOWN_FOR
from app.kit.web.nightly import nightly
from models.access import CLOCK, Actor, Right, Role
from models.clock import utc_now
from models.i18n import N_
from models.user import LoginSession, SignInCounter

KEPT = timedelta(days=183)  # 网络安全法 21条: records of the network at least six months


@nightly("02:20", N_("清理过期的登录记录"))
def forget_old_sign_ins(session: Session, day: date) -> dict[str, int]:
    """How many counters and sign-ins went."""
    now = utc_now()
    past = now - BY_STRANGERS.window
    counters = delete(SignInCounter).where(
        SignInCounter.created_at < past,
        or_(SignInCounter.first_failed_at.is_(None), SignInCounter.first_failed_at < past),
        or_(SignInCounter.locked_until.is_(None), SignInCounter.locked_until < now),
        or_(SignInCounter.succeeded_at.is_(None), SignInCounter.succeeded_at < now - KNOWN_FOR),
    )
    gone = session.execute(counters).rowcount  # type: ignore[attr-defined]
    old = session.execute(delete(LoginSession).where(LoginSession.created_at < now - KEPT))
    session.commit()
    return {"counters": gone, "sign_ins": old.rowcount}  # type: ignore[attr-defined]


KEEPER = Actor(None, CLOCK.name, (Right(Role.ADMIN),))


@nightly("01:40", N_("账号申请过期的收掉"))
def expire_account_requests(session: Session, today: date) -> int:
    """How many requests lapsed that no other administrator decided within their days."""
    count = requests.expire_overdue(session, KEEPER, utc_now())
    session.commit()
    return count
