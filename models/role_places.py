"""Where a role is held: on which level of area, or in which kind of organisation."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import ROLE_LABELS, Role
from models.i18n import Refusal, Sentence
from models.reference.area import AREA_LEVEL_LABELS, GUANGDONG, Area, AreaLevel
from models.reference.organisation import ORGANISATION_KIND_LABELS, Organisation, OrganisationKind

L = AreaLevel
AREA_LEVELS: Mapping[Role, tuple[AreaLevel, ...]] = {
    Role.COUNTY: (L.COUNTY,),
    Role.TOWNSHIP: (L.TOWN,),
    Role.CITY: (L.PREFECTURE,),
    Role.REGISTRATION: (L.PREFECTURE,),
    Role.PREFECTURE: (L.PREFECTURE,),
    Role.PROVINCE: (L.PROVINCE,),
    Role.AUDITOR: (L.PROVINCE, L.PREFECTURE, L.COUNTY),
}
ORGANISATION_KINDS: Mapping[Role, OrganisationKind] = {
    Role.ENTERPRISE: OrganisationKind.ENTERPRISE,
    Role.SCHOOL: OrganisationKind.SCHOOL,
    Role.TEACHER: OrganisationKind.SCHOOL,
}
# The cities that help lie in Guangdong; those who are helped lie elsewhere. An auditor looks at either.
IN_GUANGDONG: Mapping[Role, bool] = {
    Role.CITY: True,
    Role.REGISTRATION: True,
    Role.COUNTY: False,
    Role.TOWNSHIP: False,
    Role.PREFECTURE: False,
}
MOST_NAMED = 5


def area_for(session: Session, role: Role, typed: str) -> Area:
    """The area that was typed as a code or a name. Raises Refusal when there is none, when there are several,
    or when ``role`` is not held there.

    A county that has been renamed is the county of the programme's list, whichever of its codes is typed.
    """
    area = session.get(Area, typed) or _named(session, role, typed)
    if area.level == AreaLevel.COUNTY and area.programme_code:
        area = session.get_one(Area, area.programme_code)
    if refusal := area_refusal(role, area):
        raise Refusal(refusal)
    return area


def area_refusal(role: Role, area: Area) -> Sentence | None:
    """Why ``role`` is not held in ``area``."""
    levels, inside = AREA_LEVELS[role], IN_GUANGDONG.get(role)
    values = {"role": Sentence(ROLE_LABELS[role]), "area": area.name}
    if area.level not in levels:
        words = [Sentence(AREA_LEVEL_LABELS[level]) for level in levels]
        return Sentence(
            "“%(role)s”要授在%(levels)s一级，%(area)s是%(level)s。",
            values | {"levels": words, "level": Sentence(AREA_LEVEL_LABELS[AreaLevel(area.level)])},
        )
    if inside is not None and inside != (area.code[:2] == GUANGDONG[:2]):
        where = Sentence("广东的市") if inside else Sentence("广东以外")
        return Sentence("“%(role)s”要授在%(where)s，%(area)s不是。", values | {"where": where})
    return None


def _named(session: Session, role: Role, name: str) -> Area:
    rows = select(Area).where(Area.name == name, Area.valid_to.is_(None)).order_by(Area.code)
    fitting = [area for area in session.scalars(rows.limit(50)) if area_refusal(role, area) is None]
    unlike = session.scalar(rows.limit(1))
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        codes = [f"{area.code} {area.name}" for area in fitting[:MOST_NAMED]]
        told = {"name": name, "n": len(fitting), "codes": codes}
        raise Refusal(Sentence("叫“%(name)s”的有 %(n)s 个，请填代码：%(codes)s", told))
    if unlike is not None:
        return unlike
    raise Refusal(Sentence("没有“%(name)s”这个区划，请再核对名称或代码。", {"name": name}))


def organisation_for(session: Session, role: Role, typed: str) -> Organisation:
    """The organisation that was typed as a 统一社会信用代码 or by its full name. Raises Refusal when there is
    none of the kind that ``role`` is held in."""
    kind = ORGANISATION_KINDS[role]
    known = select(Organisation).where(Organisation.merged_into_id.is_(None))
    row = session.scalar(known.where(Organisation.credit_code == typed.upper()))
    if row is None:
        same_name = list(session.scalars(known.where(Organisation.name == typed, Organisation.kind == kind)))
        if len(same_name) > 1:
            raise Refusal(Sentence("叫这个名字的单位有 %(n)s 家，请填信用代码。", {"n": len(same_name)}))
        row = next(iter(same_name), None)
    if row is None:
        raise Refusal(Sentence("没有找到这家单位，请先登记单位。"))
    if row.kind is not kind:
        values = {
            "role": Sentence(ROLE_LABELS[role]),
            "kind": Sentence(ORGANISATION_KIND_LABELS[kind]),
            "name": row.name,
            "own": Sentence(ORGANISATION_KIND_LABELS[row.kind]),
        }
        raise Refusal(Sentence("“%(role)s”要授在%(kind)s，%(name)s是%(own)s。", values))
    return row


def place_refusal(
    session: Session, role: Role, area_code: str | None, organisation_id: int | None
) -> Sentence | None:
    """Why ``role`` is not held at this place; None where it is."""
    if role in AREA_LEVELS:
        area = session.get(Area, area_code) if area_code else None
        return (
            area_refusal(role, area)
            if area
            else Sentence("“%(role)s”要有区划。", {"role": Sentence(ROLE_LABELS[role])})
        )
    if role in ORGANISATION_KINDS:
        row = session.get(Organisation, organisation_id) if organisation_id else None
        if row is None or row.merged_into_id or row.kind is not ORGANISATION_KINDS[role]:
            kind = Sentence(ORGANISATION_KIND_LABELS[ORGANISATION_KINDS[role]])
            return Sentence("“%(role)s”要授在%(kind)s。", {"role": Sentence(ROLE_LABELS[role]), "kind": kind})
    return None
