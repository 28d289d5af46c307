"""Who works at once on what `make load` built: as many accounts as people, shared out among the roles.

An account each, as in life: sign-ins of one account wait for each other, those of many do not.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.operations import add_user, give
from models.access import Actor, Grant, Role
from models.user import User

# Of a hundred people at work.
SHARES = {
    Role.COUNTY: 60,
    Role.TOWNSHIP: 10,
    Role.ENTERPRISE: 12,
    Role.CITY: 8,
    Role.SCHOOL: 3,
    Role.PREFECTURE: 3,
    Role.PROVINCE: 2,
    Role.AUDITOR: 1,
    Role.ADMIN: 1,
}


def names(role: Role, people: int) -> list[str]:
    """The accounts of ``role`` among so many people: one more than its share, for shares are rounded."""
    return [f"{role.value}-{number}" for number in range(people * SHARES[role] // 100 + 2)]


def invite(session: Session, people: int) -> None:
    """Make the accounts that are missing, each beside the account of its role: same office, same password.
    Commits."""
    maker = Actor(None, "load")
    have = set(session.scalars(select(User.username)))
    for role in SHARES:
        first = session.scalars(select(User).where(User.username == role.value)).one()
        right = session.scalars(select(Grant).where(Grant.user_id == first.id)).one()
        for name in names(role, people):
            if name not in have:
                user = add_user(session, maker, name, name, first.password_hash, must_change=False)
                give(
                    session,
                    maker,
                    user,
                    role,
                    area_code=right.area_code,
                    organisation_id=right.organisation_id,
                    valid_from=right.valid_from,
                )
    session.commit()
