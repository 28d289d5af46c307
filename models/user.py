"""People who sign in, their sessions, and what was tried at their door."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.api.token import ApiToken
from models.base import Base, Recorded
from models.types import EncryptedText, UTCDateTime


class User(Recorded, Base):
    """An account of one person; rights come from grants alone (see models.access).

    ``worker_id``: whose own account it is, of the register; nobody there has two.
    """

    __tablename__ = "user_account"

    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText("user_account.totp_secret"))
    totp_last_step: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), unique=True)
    locale: Mapped[str] = mapped_column(String(5), default="zh")


class LoginSession(Recorded, Base):
    """One sign-in. Ending it here ends it everywhere, whatever cookie is still kept.

    ``device`` is what the browser says it is, as "Chrome · Windows". ``last_seen_at`` is good to a few
    minutes: pages that are only read note it at leisure.
    """

    __tablename__ = "login_session"

    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    device: Mapped[str] = mapped_column(String(60), default="", server_default="")
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    user: Mapped[User] = relationship()


def end_sign_ins(
    session: Session, user_id: int, now: datetime, but: ColumnElement[bool] | None = None
) -> None:
    """End all sign-ins of an account; ``but`` says which stay. Where none does, its tokens end as well."""
    ended = true() if but is None else ~but
    if but is None:
        of_account = ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
        session.execute(update(ApiToken).where(*of_account).values(revoked_at=now))
    session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), ended)
        .values(ended_at=now)
    )


class SignInCounter(Recorded, Base):
    """What was tried at one account's door from one place: a known device, an address, or all strangers.

    It hangs on a digest of the name that was typed, whether there is such an account or not: one that
    nobody has is counted, locked and audited like the others, so that neither the answer nor its time tells.
    """

    __tablename__ = "sign_in_counter"
    __table_args__ = (UniqueConstraint("name_digest", "place"),)

    name_digest: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(64), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    failures: Mapped[int] = mapped_column(default=0)
    first_failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
