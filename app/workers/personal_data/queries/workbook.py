"""A person's whole record as a file: JSON, or a workbook."""

import io
import json
from base64 import b64encode
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import day, moment, say, yes_no
from app.kit.web.labels import label, level_label, paper
from app.workers.field_values import shown
from app.workers.personal_data.held import noun_of
from app.workers.roster.fields import BY_NAME
from models.column_words import column_word
from models.hukou.case import CaseState, DocumentState
from models.hukou.catalogue import FACTS
from models.i18n import N_, Sentence
from models.people.identity import SEX_LABELS, Sex
from models.people.worker import WorkerState
from models.placement.placement import PlacementState

OTHER_LABELS = {
    "disability": N_("残疾类别等级"),
    "is_lifted": N_("已经脱贫"),
    "state": N_("状态"),
    "registered_at": N_("登记时间"),
    "is_synthetic": N_("合成数据"),
}


def as_json(whole: dict[str, Any]) -> bytes:
    """What record.whole_record told, as JSON."""
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_written).encode()


def _written(value: Any) -> str:
    if isinstance(value, Sentence):
        return say(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def as_workbook(whole: dict[str, Any]) -> bytes:
    """The same as a workbook: the facts, the jobs, household registration, the history."""
    pages = [
        _facts_page(whole["person"]),
        _jobs_page(whole["placements"]),
        _hukou_page(whole["hukou"]),
        _history_page(whole["history"]),
        _held_page(whole["held"]),
    ]
    target = io.BytesIO()
    write_workbook(target, pages)
    return target.getvalue()


def _facts_page(person: dict[str, Any]) -> Page:
    facts = person | {"state": label(WorkerState(person["state"])), "sex": _(SEX_LABELS[Sex(person["sex"])])}
    rows = [(_label(name), shown(name, value)) for name, value in facts.items()]
    return Page(_("资料"), [Column(_("项目"), 20), Column(_("内容"), 40)], rows)


def _jobs_page(jobs: list[dict[str, Any]]) -> Page:
    rows = [
        (job["order"], job["enterprise"], label(PlacementState(job["state"])), shown("", job["hired_on"]))
        for job in jobs
    ]
    heads = [Column(_("岗位"), 30), Column(_("企业"), 30), Column(_("状态")), Column(_("录用日期"))]
    return Page(_("推荐与上岗"), heads, rows)


def _history_page(history: list[dict[str, Any]]) -> Page:
    rows = [(moment(entry["at"]), entry["who"], say(entry["what"]), say(entry["why"])) for entry in history]
    heads = [Column(_("时间"), 24), Column(_("谁")), Column(_("做了什么"), 24), Column(_("为什么"), 50)]
    return Page(_("经过"), heads, rows)


def _held_page(held: dict[str, list[dict[str, Any]]]) -> Page:
    """Every row that is held, one line a value; a file by its size."""
    rows = [
        (_(noun_of(table)), number, say(column_word(name)), name, _plain(value))
        for table, found in held.items()
        for number, row in enumerate(found, 1)
        for name, value in row.items()
        if value not in (None, "", [], {})
    ]
    heads = [Column(_("哪类记录"), 20), Column(_("第几条")), Column(_("项目"), 20), Column(_("字段"), 20)]
    return Page(_("平台上的全部记录"), [*heads, Column(_("内容"), 60)], rows)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return _("文件，%(n)s 字节，可向县就业局要复印件", n=len(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=_written) if _is_record(value) else str(value)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict | list)


def _label(name: str) -> str:
    return _(BY_NAME[name].label if name in BY_NAME else OTHER_LABELS[name])


def _hukou_page(record: dict[str, list[dict[str, Any]]]) -> Page:
    rows = [
        *(_fact_row(fact) for fact in record["facts"]),
        *(_paper_row(document) for document in record["papers"]),
        *(_case_row(case) for case in record["cases"]),
    ]
    heads = [
        (_("项目"), 30),
        (_("内容"), 20),
        (_("凭什么、为什么"), 40),
        (_("凭据、编号"), 22),
        (_("日期"), 18),
    ]
    return Page(_("落户"), [Column(word, width) for word, width in heads], rows)


def _fact_row(fact: dict[str, Any]) -> tuple[str, ...]:
    value = yes_no(fact["value"]) if isinstance(fact["value"], bool) else str(fact["value"])
    proof = level_label(fact["evidence"], "evidence")
    word, source = FACTS[fact["name"]].label, fact["source"]
    return _(word), value, _(source) if source else "", proof, day(fact["as_of"])


def _paper_row(document: dict[str, Any]) -> tuple[str, ...]:
    return (
        paper(document["kind"]),
        label(DocumentState(document["state"])),
        document["refused_reason"],
        "",
        day(document["handed_in"]),
    )


def _case_row(case: dict[str, Any]) -> tuple[str, ...]:
    applied = day(case["applied_on"]) if case["applied_on"] else ""
    return (
        case["route"],
        label(CaseState(case["state"])),
        case["decision_reason"],
        case["number"] or "",
        applied,
    )
