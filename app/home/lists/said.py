"""What a list is narrowed to, in words: above the list on paper, where nobody sees its address."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.web.formatters import in_words
from app.kit.web.grouping import BY, enterprise_names
from app.kit.web.labels import label
from app.kit.web.listing import Listing
from app.kit.web.ordering import SORT
from models.i18n import N_
from models.reference.area import area_names

AREAS = frozenset({"county", "home", "city", "township"})
ORGANISATIONS = frozenset({"enterprise", "employer", "school"})
WORDS = {
    "q": N_("查找"),
    "county": N_("县"),
    "home": N_("从哪里"),
    "city": N_("城市"),
    "township": N_("乡镇"),
    "village": N_("村"),
    "state": N_("状态"),
    "stage": N_("阶段"),
    "view": N_("看哪些"),
    "kind": N_("种类"),
    "enterprise": N_("企业"),
    "employer": N_("企业"),
    "school": N_("学校"),
    "month": N_("月份"),
    "education": N_("文化程度"),
    "willing": N_("外出"),
    "candidate": N_("可推荐"),
    "wish": N_("想做"),
    "phone": N_("电话"),
    "category": N_("人员类别"),
    "counts": N_("帮扶对象"),
    "account": N_("本人账号"),
    "mine": N_("谁的"),
    "wage": N_("工资至少（元/月）"),
    "couple": N_("有夫妻房"),
    "day_only": N_("不上夜班"),
    "no_certificate": N_("不要证"),
    "doubt": N_("有疑点"),
    "order": N_("岗位"),
    "on": N_("到哪天为止"),
    "place": N_("去向"),
    "figure": N_("数字"),
    "ended": N_("只看已离开的"),
    "reached": N_("走到哪一步"),
    "why": N_("离开的原因"),
    "months": N_("满几个月"),
    "became": N_("后来"),
    "level": N_("凭据"),
    "counted": N_("只看帮扶对象"),
    "role": N_("角色"),
    "locked": N_("只看锁住的"),
}
NOWHERE = {"none": N_("未填"), "unknown": N_("不在乡镇表里"), "nowhere": N_("未填或不在表里")}
EVERYTHING = "all"  # a filter's first choice where a list begins with less
FLAGS = frozenset({"couple", "day_only", "no_certificate", "doubt", "ended", "counted", "locked"})


def said(session: Session, listing: Listing, asked: Mapping[str, str]) -> list[str]:
    """What ``asked`` narrows the list to, one phrase each; an empty list where it is whole."""
    return list(_phrases(session, listing, asked))


def _phrases(session: Session, listing: Listing, asked: Mapping[str, str]) -> Iterator[str]:
    for name, value in asked.items():
        if name in (BY, SORT):
            continue
        word = _(WORDS[name]) if name in WORDS else name
        yield (
            word
            if name in FLAGS
            else _("%(word)s：%(value)s", word=word, value=_value(session, listing, name, value))
        )


def _value(session: Session, listing: Listing, name: str, value: str) -> str:
    if name == "mine":
        return _("交给我的")
    if name in listing.kinds:
        return _of_kind(listing.kinds[name], value)
    if name in AREAS and value.isdecimal():
        return str(in_words(area_names(session, {value}).get(value, value)))
    if name in AREAS | ORGANISATIONS and value in NOWHERE:
        return _(NOWHERE[value])
    if name in ORGANISATIONS and value.isdecimal() and len(value) < 10:
        return enterprise_names(session, [int(value)]).get(int(value), value)
    return value


def _of_kind(kind: Any, value: str) -> str:
    if value == EVERYTHING:
        return _("全部")
    if isinstance(kind, Mapping):
        return _(kind[value]) if value in kind else value
    if issubclass(kind, Enum) and value in set(kind):
        return label(kind(value))
    return value
