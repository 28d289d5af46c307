"""Spells as a list that can be taken along."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from app.employment.spells.queries import lists
from app.employment.spells.queries.counts import FIGURE_LABELS, KEPT_LABELS
from app.employment.spells.queries.lists import Search
from app.kit.web.formatters import each_in_words
from app.kit.web.grouping import Grouping, enterprise_names
from app.kit.web.labels import label, level_label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.names_in_order import by_name, is_one_county
from app.kit.web.ordering import Sort
from app.kit.web.whole_list import Whole
from models.access import Actor, Permission
from models.employment.destination import DESTINATION_LABELS, Destinations
from models.employment.places import place_names
from models.employment.spell import EmploymentSpell, SpellKind
from models.i18n import N_
from models.placement.placement import EVIDENCE_LABELS
from models.reference.area import area_names

COLUMNS = (
    Said("name", N_("姓名"), 16),
    Said("county", N_("县")),
    Said("employer", N_("在哪里上班"), 28),
    Said("kind", N_("务工类型"), 12),
    Said("place", N_("地点"), 20),
    Said("went", N_("去向"), 12),
    Said("began", N_("从哪天"), 12),
    Said("is_known", N_("开始的日子"), 12),
    Said("ended", N_("到哪天"), 12),
    Said("evidence", N_("凭据"), 14),
    Said("shown_until", N_("凭据到哪天"), 12),
)
NAMES = (
    "on",
    "figure",
    "months",
    "became",
    "place",
    "kind",
    "level",
    "employer",
    "ended",
    "counted",
    "month",
)


def _page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[EmploymentSpell], str]:
    before = int(place) if place.isdecimal() else None
    rows, following = lists.page(session, actor, Search.read(asked, today), before, size)
    return rows, str(following or "")


def _cells(
    session: Session, actor: Actor, rows: Sequence[EmploymentSpell], today: date
) -> Iterator[Mapping[str, Any]]:
    where, counties = Destinations(session, today), area_names(session, {row.county_code for row in rows})
    places = each_in_words(place_names(session, {row.place_code for row in rows}))
    for row in rows:
        yield {
            "name": row.worker.name,
            "county": counties.get(row.county_code, row.county_code),
            "employer": row.employer_name,
            "kind": label(row.kind),
            "place": places.get(row.place_code, _("地点未知")),
            "went": _(DESTINATION_LABELS[where.of(row.place_code, row.county_code)]),
            "began": row.began_on,
            "is_known": _("知道") if row.began_known else _("最晚这一天"),
            "ended": row.ended_on,
            "evidence": level_label(row.evidence_level, "evidence"),
            "shown_until": row.shown_until,
        }


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    return lists.whole(session, actor, Search.read(asked, today))


LEVELS = {str(int(level)): word for level, word in EVIDENCE_LABELS.items()}
GROUPINGS = (
    Grouping("enterprise", N_("企业"), EmploymentSpell.employer_id, "employer", enterprise_names),
    lists.BEGAN,
)
SORTS = (
    by_name(EmploymentSpell.county_code, EmploymentSpell.worker_id, is_one_county),
    Sort("began", (EmploymentSpell.began_on, EmploymentSpell.id)),
)
SPELLS = listed(
    Listing(
        "spells.index",
        N_("用工经历"),
        Permission.PLACEMENT_READ,
        COLUMNS,
        NAMES,
        _page,
        _cells,
        whole=_whole,
        groupings=GROUPINGS,
        place_name="before",
        sorts=SORTS,
        options=(joinedload(EmploymentSpell.worker),),
        kinds={
            "kind": SpellKind,
            "place": DESTINATION_LABELS,
            "figure": FIGURE_LABELS,
            "became": KEPT_LABELS,
            "level": LEVELS,
        },
    )
)
