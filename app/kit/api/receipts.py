"""Keys of requests that did their work, and what they were answered."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.api.receipt import ApiReceipt
from models.base import rows_changed

KEPT = timedelta(days=30)
A_SLICE = 2000


def receipt_of(session: Session, user_id: int | None, key: str) -> ApiReceipt | None:
    """The receipt of an account's key."""
    return session.scalar(select(ApiReceipt).where(ApiReceipt.user_id == user_id, ApiReceipt.key == key))


def keep_receipt(
    session: Session,
    user_id: int | None,
    token_id: int,
    key: str,
    digest: str,
    status: int,
    answer: dict[str, Any],
) -> None:
    """Note the key with its work; the database refuses a second of the same account."""
    session.add(
        ApiReceipt(user_id=user_id, token_id=token_id, key=key, digest=digest, status=status, answer=answer)
    )
    session.flush()


def forget_receipts(session: Session, now: datetime) -> int:
    """Drop the receipts of long ago, the oldest first, some at a time; how many. The caller commits."""
    oldest = select(ApiReceipt.id, ApiReceipt.created_at).order_by(ApiReceipt.id).limit(A_SLICE)
    old = [row.id for row in session.execute(oldest) if row.created_at < now - KEPT]
    return rows_changed(session, delete(ApiReceipt).where(ApiReceipt.id.in_(old))) if old else 0
