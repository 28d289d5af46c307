"""Tokens: what a program acts with, in the name of one account and with no more than its rights."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.permissions import Permission
from models.types import UTCDateTime


class ApiToken(Recorded, Base):
    """A secret of which only the digest is kept; ``tail`` are its last letters, by which people tell it.

    ``scopes`` are the permissions it was made for. What its account may not do (any more) it cannot do
    either. ``last_used_at`` is good to a few minutes.
    """

    __tablename__ = "api_token"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    tail: Mapped[str] = mapped_column(String(4))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What it was made for, of what still exists."""
        known = {one.value for one in Permission}
        return frozenset(Permission(one) for one in self.scopes if one in known)

    def is_open(self, now: datetime) -> bool:
        """Whether it opens anything at ``now``."""
        return self.revoked_at is None and self.expires_at > now
