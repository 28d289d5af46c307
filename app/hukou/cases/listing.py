"""Applications for registration as a list that can be taken along."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import Session

from app.hukou.cases.queries import cases
from app.kit.bulk.acts import cases_of
from app.kit.web.grouping import Grouping, enterprise_names, narrowed_by
from app.kit.web.labels import label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.ordering import Sort
from app.kit.web.whole_list import Whole
from models.access import Actor, Permission
from models.care import CareKind, assigned_to
from models.hukou.case import CaseState, HukouCase
from models.i18n import N_
from models.people.masks import masked_name
from models.reference.area import area_names

COLUMNS = (
    Said("name", N_("姓名"), 16),
    Said("county", N_("县")),
    Said("city", N_("落户城市")),
    Said("route", N_("路径"), 18),
    Said("state", N_("到哪一步"), 14),
    Said("number", N_("受理编号"), 20),
    Said("applied", N_("哪天申请"), 12),
    Said("due", N_("到期"), 12),
    Said("registered", N_("哪天落户"), 12),
)


def _page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[HukouCase], str]:
    return cases.case_list(session, actor, asked.get("state", ""), place, size, _also(actor, asked))


def _also(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    mine = [HukouCase.id.in_(assigned_to(actor, CareKind.HUKOU))] if asked.get("mine") == "1" else []
    return [*narrowed_by(GROUPINGS, actor, asked), *mine]


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    return cases.whole(actor, asked.get("state", ""), _also(actor, asked))


def _cells(
    session: Session, actor: Actor, rows: Sequence[HukouCase], today: date
) -> Iterator[Mapping[str, Any]]:
    names = area_names(session, {code for row in rows for code in (row.county_code, row.city_code)})
    knows = actor.can(Permission.HUKOU_HELP) or actor.can(Permission.HUKOU_REVIEW)
    for row in rows:
        yield {
            "name": row.worker.name if knows else masked_name(row.worker.name),
            "county": names.get(row.county_code, row.county_code),
            "city": names.get(row.city_code, row.city_code),
            "route": label(row.kind),
            "state": label(row.state),
            "number": row.number,
            "applied": row.applied_on,
            "due": row.due_on,
            "registered": row.registered_on,
        }


GROUPINGS = (
    Grouping("city", N_("落户城市"), HukouCase.city_code, "city", area_names),
    Grouping("enterprise", N_("企业"), HukouCase.enterprise_id, "enterprise", enterprise_names),
    Grouping("month", N_("申请的月份"), HukouCase.applied_on, "month", of_months=True),
)
SORTS = (
    Sort("route", (HukouCase.kind, HukouCase.city_code, HukouCase.id)),
    Sort(
        "state", (case({state: n for n, state in enumerate(CaseState)}, value=HukouCase.state), HukouCase.id)
    ),
    Sort("due", (HukouCase.due_on, HukouCase.id), HukouCase.due_on),
    Sort("number", (HukouCase.number, HukouCase.id), HukouCase.number),
)
CASES = listed(
    Listing(
        "hukou.index",
        N_("落户申请"),
        Permission.HUKOU_READ,
        COLUMNS,
        ("state", "city", "enterprise", "month", "mine"),
        _page,
        _cells,
        whole=_whole,
        groupings=GROUPINGS,
        many=cases_of(CareKind.HUKOU),
        kinds={"state": CaseState},
        place_name="before",
        sorts=SORTS,
        options=cases.WITH_A_CASE,
    )
)
