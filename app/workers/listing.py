"""The register as a list that can be taken along: what its columns say of a person, never a whole number."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.kit.web.formatters import age, phone_tails, yes_no
from app.kit.web.grouping import Grouping, enterprise_names
from app.kit.web.labels import label, level_label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.names_in_order import by_name, is_one_county
from app.kit.web.ordering import Sort
from app.kit.web.whole_list import Whole
from app.workers import queries
from app.workers.bulk import MANY
from app.workers.working_at import JOB, NOBODY, with_job, without_employer
from models.access import Actor, Permission
from models.employment.spell import EmploymentSpell, going_on
from models.i18n import N_
from models.people.standing import standings
from models.people.worker import EDUCATION_LABELS, Worker, WorkerState, candidate_refusal
from models.reference.area import area_names

COLUMNS = (
    Said("name", N_("姓名"), 16),
    Said("sex", N_("性别"), 6),
    Said("age", N_("年龄"), 6),
    Said("ethnicity", N_("民族"), 8),
    Said("id_tail", N_("证件尾号"), 10),
    Said("county", N_("县")),
    Said("township", N_("乡镇"), 16),
    Said("village", N_("村"), 16),
    Said("education", N_("文化程度"), 10),
    Said("wishes", N_("想做"), 24),
    Said("willing", N_("外出"), 8),
    Said("phone", N_("电话尾号"), 16),
    Said("state", N_("状态"), 10),
    Said("doing", N_("现在"), 28),
    Said("enterprise", N_("在哪里上班"), 28),
)


def _page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[Worker], str]:
    search, after = queries.Search.read(asked), int(place) if place.isdecimal() else 0
    rows, more = queries.page(session, actor, search, today, after, size)
    return rows, str(rows[-1].id) if more else ""


def _cells(
    session: Session, actor: Actor, rows: Sequence[Worker], today: date
) -> Iterator[Mapping[str, Any]]:
    ids = [worker.id for worker in rows]
    counties = area_names(session, {worker.county_code for worker in rows})
    doing, employers = standings(session, ids), _employers(session, ids, today)
    for worker in rows:
        told = [one.sentence for one in doing[worker.id]]
        refusal = candidate_refusal(worker, today)
        yield {
            "name": worker.name,
            "sex": _("男") if worker.sex == "M" else _("女"),
            "age": age(worker.birth_date, today),
            "ethnicity": worker.ethnicity,
            "id_tail": worker.id_last4,
            "county": counties.get(worker.county_code, worker.county_code),
            "township": worker.township,
            "village": worker.village,
            "education": level_label(worker.education, "education"),
            "wishes": worker.wishes,
            "willing": yes_no(worker.willing),
            "phone": phone_tails(worker.telephones),
            "state": label(worker.state),
            "doing": told or refusal or "",
            "enterprise": employers.get(worker.id, ""),
        }


def _employers(session: Session, ids: Sequence[int], today: date) -> dict[int, str]:
    """Where each of ``ids`` works now, by the spells; the latest where there are two."""
    spell = EmploymentSpell
    rows = session.execute(
        select(spell.worker_id, spell.employer_name)
        .where(spell.worker_id.in_(ids), going_on(today))
        .order_by(spell.began_on, spell.id)
    )
    return dict(rows.all())


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    return queries.whole(session, actor, queries.Search.read(asked), today)


GROUPINGS = (
    Grouping(
        "county",
        N_("县"),
        Worker.county_code,
        "county",
        area_names,
        is_offered=lambda actor, asked: not is_one_county(actor, asked),
    ),
    Grouping(
        "township",
        N_("乡镇"),
        Worker.township_code,
        "township",
        area_names,
        unknown="nowhere",
        unknown_word=N_("未填或不在乡镇表里"),
        is_offered=is_one_county,
    ),
    Grouping(
        "village", N_("村"), Worker.village, "village", is_offered=lambda actor, asked: "township" in asked
    ),
    Grouping(
        "enterprise",
        N_("在哪家企业"),
        JOB.employer_id,
        "employer",
        enterprise_names,
        unknown=NOBODY,
        unknown_word=N_("现在没有上班，或不知道在哪家"),
        joined=with_job,
        rest=without_employer,
        is_offered=is_one_county,
    ),
    queries.ENTERED,
)
# The rest of its columns have no index at a million people, or only a few values: there are filters for them.
SORTS = (
    by_name(Worker.county_code, Worker.id, lambda actor, asked: True),
    Sort("age", (Worker.county_code, Worker.birth_date, Worker.id), falls=True),
    Sort("township", (Worker.county_code, Worker.township_code, Worker.id), Worker.township_code),
)
KINDS = {
    "state": WorkerState,
    "education": {str(level.value): word for level, word in EDUCATION_LABELS.items()} | {"none": N_("未知")},
    "willing": {"1": N_("愿意"), "0": N_("不去"), "none": N_("还没问")},
    "candidate": {"1": N_("现在可以推荐"), "0": N_("现在不能")},
    "counts": {"1": N_("现在算"), "0": N_("不算，或不知道")},
    "phone": {"none": N_("没有电话")},
    "account": {"1": N_("有账号"), "0": N_("没有账号")},
}
REGISTER = listed(
    Listing(
        "workers.index",
        N_("劳动力台账"),
        Permission.WORKER_READ,
        COLUMNS,
        tuple(queries.Search.__dataclass_fields__),
        _page,
        _cells,
        whole=_whole,
        groupings=GROUPINGS,
        many=MANY,
        kinds=KINDS,
        sorts=SORTS,
        options=(load_only(*queries.LIST_COLUMNS, raiseload=True),),
    )
)
