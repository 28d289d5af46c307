"""Tokens of the interface, for tests."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy.orm import Session

from models import vault
from models.api.token import ApiToken
from models.clock import utc_now
from models.permissions import Permission
from models.user import User


def make_token_for(session: Session, user: User, scopes: Collection[Permission], days: int = 30) -> str:
    """A token of ``user``, committed; its secret is returned."""
    number = session.query(ApiToken).count()
    secret = f"xs_{'t' * 30}{number:06d}"
    session.add(
        ApiToken(
            user_id=user.id,
            name="人事系统",
            token_digest=vault.digest(secret),
            tail=secret[-4:],
            scopes=sorted(one.value for one in scopes),
            expires_at=utc_now() + timedelta(days=days),
        )
    )
    session.commit()
    return secret
