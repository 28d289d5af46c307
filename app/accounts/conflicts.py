"""What a grant would put into one pair of hands: told before it is given."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import ROLE_LABELS, Grant, Role
from models.i18n import N_, Sentence
from models.reference.organisation import Organisation
from models.role_places import AREA_LEVELS, ORGANISATION_KINDS
from models.user import User

BOTH_SIDES = N_(
    "这个账号是%(name)s的人。授“%(role)s”以后，它一手是单位、一手是审核的一方："
    "凡是关系到%(name)s的，它一律不能审核、批准、拨付或签对方的字。"
)
TWO_ORGANISATIONS = N_("这个账号已经是%(name)s的人，再授另一家单位以后，它不能替两边签同一份协议。")
OWN_KEYS = N_("这个账号%(held)s。管理员能建账号、授权，再有“%(role)s”，就少了一个互相看着的人。")


def conflicts(session: Session, user: User, role: Role, organisation_id: int | None) -> list[Sentence]:
    """What is to be thought of before ``role`` is given to ``user``; empty for an ordinary grant."""
    return list(_conflicts(session, user, role, organisation_id))


def _conflicts(session: Session, user: User, role: Role, organisation_id: int | None) -> Iterator[Sentence]:
    held = session.execute(
        select(Grant.role, Organisation.id, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.user_id == user.id, Grant.revoked_at.is_(None))
    ).all()
    word = Sentence(ROLE_LABELS[role])
    units = {number: name for _role, number, name in held if number is not None and number != organisation_id}
    is_office = role in AREA_LEVELS or role is Role.ADMIN
    for name in units.values():
        text = BOTH_SIDES if is_office else TWO_ORGANISATIONS
        yield Sentence(text, {"name": name, "role": word})
    offices = {one for one, _number, _name in held if one in AREA_LEVELS and one is not Role.AUDITOR}
    if role in ORGANISATION_KINDS and offices:
        own = session.get(Organisation, organisation_id) if organisation_id else None
        yield Sentence(BOTH_SIDES, {"name": own.name if own else "", "role": word})
    is_admin = any(one is Role.ADMIN for one, _number, _name in held)
    if is_admin and role is not Role.ADMIN:
        yield Sentence(OWN_KEYS, {"held": Sentence("是管理员"), "role": word})
    if role is Role.ADMIN and (offices or units):
        yield Sentence(OWN_KEYS, {"held": Sentence("已经有别的角色"), "role": word})
