"""Cases as a list that can be taken along; the words of the worker stay on the case's own page."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.kit.web.grouping import Grouping, enterprise_names, is_home, narrowed_by
from app.kit.web.labels import label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.names_in_order import by_name, is_one_county
from app.kit.web.ordering import Sort
from app.kit.web.whole_list import Whole
from app.problems.queries import cases
from models.access import Actor, Permission
from models.clock import day_of
from models.i18n import N_
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from models.reference.area import area_names

COLUMNS = (
    Said("kind", N_("什么事"), 18),
    Said("state", N_("状态"), 12),
    Said("name", N_("谁"), 16),
    Said("enterprise", N_("在哪里"), 28),
    Said("county", N_("县")),
    Said("city", N_("城市")),
    Said("level", N_("轮到谁"), 10),
    Said("owner", N_("谁在办"), 12),
    Said("told", N_("哪天反映"), 12),
    Said("due", N_("到期"), 12),
    Said("closed", N_("哪天结束"), 12),
)


GROUPINGS = (
    Grouping("enterprise", N_("企业"), Problem.enterprise_id, "enterprise", enterprise_names),
    Grouping("township", N_("乡镇"), Problem.township_code, "township", area_names, is_offered=is_home),
    Grouping("month", N_("到期的月份"), Problem.due_on, "month", of_months=True),
)
SORTS = (
    Sort("kind", (Problem.kind, Problem.id)),
    by_name(Problem.county_code, Problem.worker_id, is_one_county),
    Sort("level", (Problem.level, Problem.due_on, Problem.id)),
    Sort("due", (Problem.due_on, Problem.id)),
)


def view_of(actor: Actor, asked: Asked) -> str:
    """The tab of an address."""
    start = "turn" if actor.can(Permission.PROBLEM_HANDLE) else "open"
    return asked["view"] if asked.get("view") in cases.VIEW_BY_NAME else start


def kind_of(asked: Asked) -> ProblemKind | None:
    """The kind of an address."""
    kind = asked.get("kind", "")
    return ProblemKind(kind) if kind in set(ProblemKind) else None


def _page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[Problem], str]:
    view, kind, also = view_of(actor, asked), kind_of(asked), narrowed_by(GROUPINGS, actor, asked)
    return cases.page_of(session, actor, view, today, place, kind, also, size)


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    also = narrowed_by(GROUPINGS, actor, asked)
    return cases.whole(actor, view_of(actor, asked), today, kind_of(asked), also)


def _cells(
    session: Session, actor: Actor, rows: Sequence[Problem], today: date
) -> Iterator[Mapping[str, Any]]:
    codes = {code for row in rows for code in (row.county_code, row.city_code) if code}
    names = area_names(session, codes)
    for row in rows:
        yield {
            "kind": label(row.kind),
            "state": label(row.state),
            "name": row.worker.name,
            "enterprise": row.enterprise.name if row.enterprise else "",
            "county": names.get(row.county_code, row.county_code),
            "city": names.get(row.city_code or "", ""),
            "level": label(row.level),
            "owner": row.owner.name if row.owner else "",
            "told": day_of(row.created_at),
            "due": row.due_on if row.is_alive else None,
            "closed": day_of(row.closed_at) if row.closed_at else None,
        }


PROBLEMS = listed(
    Listing(
        "problems.index",
        N_("反映的问题"),
        Permission.PROBLEM_READ,
        COLUMNS,
        ("view", "kind", "enterprise", "township", "month"),
        _page,
        _cells,
        whole=_whole,
        groupings=GROUPINGS,
        has_days=True,
        options=cases.WITH_A_PROBLEM,
        sorts=SORTS,
        kinds={"view": {one.name: one.word for one in cases.VIEWS}, "kind": ProblemKind},
    )
)
