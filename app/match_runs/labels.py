"""What the engine found, in the words of people: reasons, requirements, advice, points."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

import matching
from app.kit.web.formatters import FEW, day, few, level_label, number, yuan
from app.match_runs.constraint_counts import ASK
from app.match_runs.county_results import GROUP, NO_FIT, NO_PLACE
from app.match_runs.run_results import COMPANIONS, RANKED
from models.i18n import N_
from models.jobs.order import Order, Provision

# Six colours that colour-blind readers can tell apart: factors that speak of the same thing share one.
BANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "occupation": (N_("工种"), ("occupation",)),
    "skills": (N_("技能与经验"), ("skills", "experience")),
    "wage": (N_("工资与期望"), ("wage",)),
    "pairing": (N_("结对与同乡"), ("pairing", "villagers")),
    "training": (N_("已受训"), ("training",)),
    "distance": (N_("离家近"), ("distance",)),
}
LEFT_OUT = {
    NO_FIT: N_("目前没有一个岗位合适"),
    NO_PLACE: N_("有合适的岗位，但名额给了更合适的人"),
    GROUP: N_("要结伴同去，没有一个岗位能一起安排"),
}
LEFT_OUT_LINES = {
    NO_FIT: N_("人目前没有一个岗位合适"),
    NO_PLACE: N_("人有合适的岗位，但名额给了更合适的人"),
    GROUP: N_("人要结伴同去，没有一个岗位能一起安排"),
}
SAID_AT_ONCE = 3
ADVICE = {
    "age": N_("请企业放宽年龄，或换岗位"),
    "education": N_("请企业放宽文化程度"),
    "mandarin": N_("安排普通话培训"),
    "health": N_("找轻便一些的岗位"),
    "certificates": N_("参加取证培训"),
    "city": N_("问问愿不愿意去别的城市"),
    "wage": N_("说清到手工资，再问最低要求"),
    "available": N_("请企业推迟报到"),
    "night_shift": N_("问问能不能上夜班"),
    "dormitory": N_("请企业解决住宿"),
    "couple_room": N_("请企业解决夫妻房"),
    "legal_age": N_("等到法定年龄"),
    "forbidden_work": N_("换别的岗位"),
    "placed": N_("已有岗位"),
}


@dataclass(frozen=True)
class Phrase:
    """What a rule asks of people, on one order."""

    order: Order
    city: str

    def requirement(self, rule: str) -> str:
        """The requirement itself: 普通话达到“日常交流”."""
        return _REQUIREMENTS[rule](self)

    def off_list(self, reason: str, people: int) -> str:
        """Why so many are not on the list: 1,804 人不愿去佛山市."""
        count = number(people)
        if reason == RANKED:
            return _("%(n)s 人也合适，排在名单之后", n=count)
        if reason in _ASK_THE_FIRM:
            return _ASK_THE_FIRM[reason](count)
        if reason.startswith(ASK):
            return _("%(n)s 人的%(what)s还没问", n=count, what=rule_label(reason))
        return _OFF_LIST[reason](self, count)

    def group(self, group: Any, masked: bool) -> str:
        """One reason with its number of people; a small number stays hidden from an enterprise."""
        if not (masked and group.people < FEW):
            return self.off_list(group.reason, group.people)
        what = _("排在名单之后") if group.reason == RANKED else rule_label(group.reason)
        return _("%(what)s：%(people)s", what=what, people=few(group.people, masked))

    def off_list_line(self, groups: Sequence[Any], masked: bool) -> str:
        """The honest line: how many are not on the list, and the three commonest reasons."""
        parts = [self.group(group, masked) for group in groups[:SAID_AT_ONCE]]
        if len(groups) > SAID_AT_ONCE:
            parts.append(_("还有 %(n)s 个别的原因", n=len(groups) - SAID_AT_ONCE))
        people = few(sum(group.people for group in groups), masked)
        return _("不在名单里的 %(people)s：%(reasons)s。", people=people, reasons=_("，").join(parts))


def _age_range(phrase: Phrase) -> str:
    low, high = phrase.order.min_age, phrase.order.max_age
    if low is None:
        return _("年龄不超过 %(high)s 岁", high=high)
    if high is None:
        return _("年满 %(low)s 岁", low=low)
    return _("年龄 %(low)s 到 %(high)s 岁", low=low, high=high)


def _wage(phrase: Phrase) -> str:
    order = phrase.order
    known = (order.wage_high_fen, order.wage_low_fen, order.base_wage_fen)
    return yuan(next((fen for fen in known if fen is not None), None))


def _level(kind: str) -> Any:
    return lambda phrase: level_label(getattr(phrase.order, f"min_{kind}"), kind)


def _said(value: bool | None, yes: str, no: str, what: str) -> str:
    if value is None:
        return _("%(what)s，企业没有说", what=what)
    return yes if value else no


def _is_lodged(phrase: Phrase) -> bool | None:
    lodging = phrase.order.lodging
    return None if lodging is None else lodging is not Provision.SELF


_education, _mandarin, _health = _level("education"), _level("mandarin"), _level("health")
_REQUIREMENTS: Mapping[str, Any] = {
    "placed": lambda p: _("没有在岗"),
    "legal_age": lambda p: _("达到法定年龄"),
    "age": _age_range,
    "forbidden_work": lambda p: _("法律禁止安排的人不能做"),
    "education": lambda p: _("文化程度%(level)s以上", level=_education(p)),
    "mandarin": lambda p: _("普通话达到“%(level)s”", level=_mandarin(p)),
    "health": lambda p: _("健康状况：%(level)s", level=_health(p)),
    "certificates": lambda p: _("持有%(names)s", names=_("、").join(p.order.certificates)),
    "city": lambda p: _("地点在%(city)s", city=p.city),
    "wage": lambda p: _("月薪最高 %(wage)s", wage=_wage(p)),
    "available": lambda p: _("%(day)s 报到", day=day(p.order.start_on)),
    "night_shift": lambda p: _said(p.order.night_shift, _("要上夜班"), _("不上夜班"), _("上不上夜班")),
    "dormitory": lambda p: _said(_is_lodged(p), _("提供住宿"), _("不提供住宿"), _("包不包住")),
    "couple_room": lambda p: _said(p.order.couple_rooms, _("有夫妻房"), _("没有夫妻房"), _("有没有夫妻房")),
}
_OFF_LIST: Mapping[str, Any] = {
    "placed": lambda p, n: _("%(n)s 人已有岗位", n=n),
    "legal_age": lambda p, n: _("%(n)s 人未到法定年龄", n=n),
    "age": lambda p, n: _("%(n)s 人不在要求的年龄", n=n),
    "forbidden_work": lambda p, n: _("%(n)s 人依法不能做这项工作", n=n),
    "education": lambda p, n: _("%(n)s 人文化程度不到%(level)s", n=n, level=_education(p)),
    "mandarin": lambda p, n: _("%(n)s 人普通话不够", n=n),
    "health": lambda p, n: _("%(n)s 人的健康状况做不了", n=n),
    "certificates": lambda p, n: _("%(n)s 人没有%(names)s", n=n, names=_("、").join(p.order.certificates)),
    "city": lambda p, n: _("%(n)s 人不愿去%(city)s", n=n, city=p.city),
    "wage": lambda p, n: _("%(n)s 人工资期望高于 %(wage)s", n=n, wage=_wage(p)),
    "available": lambda p, n: _("%(n)s 人到报到时还走不开", n=n),
    "night_shift": lambda p, n: _("%(n)s 人不上夜班", n=n),
    "dormitory": lambda p, n: _("%(n)s 人要住宿", n=n),
    "couple_room": lambda p, n: _("%(n)s 人要夫妻房", n=n),
}
# The order does not say: it is the enterprise that has to be asked.
_ASK_THE_FIRM: Mapping[str, Any] = {
    "ask:night_shift": lambda n: _("%(n)s 人不上夜班，要先问企业", n=n),
    "ask:dormitory": lambda n: _("%(n)s 人要住宿，要先问企业", n=n),
    "ask:couple_room": lambda n: _("%(n)s 人要夫妻房，要先问企业", n=n),
}


def rule_label(reason: str) -> str:
    """The short name of a rule, with or without ``ask:``."""
    if reason == COMPANIONS:
        return _("同行人")
    name = reason.removeprefix(ASK)
    return _(next(rule.label for rule in matching.RULES if rule.name == name))


def need_label(name: str) -> str:
    """What is still to be asked."""
    return _(matching.NEEDS[name])


def bands(factors: Mapping[str, int]) -> dict[str, int]:
    """The points by colour band; they still sum to the score."""
    return {band: sum(factors.get(name, 0) for name in names) for band, (_word, names) in BANDS.items()}


def band_names() -> dict[str, str]:
    """The words of the legend."""
    return {band: _(word) for band, (word, _names) in BANDS.items()}


def shared_by(pairs: Sequence[Any]) -> list[str]:
    """The factors that everybody on a list has points for, and that therefore tell nobody apart."""
    return [name for name in _PRESENT if pairs and all(pair.factors.get(name) for pair in pairs)]


def shared_sentence(names: Iterable[str]) -> str:
    """What a whole list has in common."""
    return _("；").join(_(_PRESENT[name]) for name in names)


def sentence(pair: Any, card: Mapping[str, Any], without: Iterable[str] = ()) -> str:
    """Where the points come from, in one plain sentence; ``without`` what was said once for all."""
    factors, most = pair.factors, card["points"]
    parts = [_occupation(factors.get("occupation", 0), most["occupation"][-1])]
    if factors.get("experience"):
        parts.append(_("干过类似的活"))
    if pair.matched_skills:
        parts.append(_("会%(names)s", names=_("、").join(pair.matched_skills)))
    if factors.get("wage", 0) > most["wage"][1]:
        parts.append(_("工资达到本人要求"))
    parts += [_(word) for name, word in _PRESENT.items() if factors.get(name) and name not in without]
    return _("；").join(parts)


_PRESENT = {
    "pairing": N_("在结对帮扶的城市"),
    "villagers": N_("本县已有人在这家企业"),
    "distance": N_("离家近"),
    "training": N_("为这个岗位培训过"),
}


def _occupation(points: int, most: int) -> str:
    if points >= 0.9 * most:
        return _("正是本人想做的工种")
    if points >= 0.4 * most:
        return _("和想做的工种相近")
    return _("和想做的工种不同") if points else _("没有说过想做这类活")


def price_sentence(price: int) -> str:
    """What a change by hand does to the plan's points."""
    if price > 0:
        return _("全县总分少 %(n)s 分。", n=number(price))
    return _("全县总分多 %(n)s 分。", n=number(-price)) if price < 0 else _("全县总分不变。")


def policy_sentence(price: Mapping[str, int]) -> str:
    """What the county's own policy has cost against the largest total of points."""
    points, people = number(price["points"]), price["people"]
    if people > 0:
        return _("按你定的办法，总分让出 %(points)s 分，多安排 %(n)s 人。", points=points, n=people)
    if people < 0:
        return _("按你定的办法，总分让出 %(points)s 分，少安排 %(n)s 人。", points=points, n=-people)
    return _("按你定的办法，总分让出 %(points)s 分。", points=points)


def gap_sentence(gap: float | None) -> str:
    """How far a plan is from the best that any plan could reach."""
    if gap is None:
        return ""
    if gap <= 0:
        return _("已经是最好的安排，没有比它总分更高的。")
    percent = f"{100 * gap:.2g}" if gap >= 0.0001 else "0.01"
    return _("离理论最好最多只差 %(percent)s%%。", percent=percent)


def change_sentence(row: Any) -> str:
    """What would bring somebody into the plan."""
    change = row.nearest_change
    if row.reason == NO_FIT:
        return _no_fit(change)
    if "price" not in change:
        return _("等有名额，或先问清结伴的人。")
    if change.get("instead_of") is None:
        return _("那边还有空位，可以直接放进去。")
    return _("要放进去，得换下一个人，总分少 %(n)s 分。", n=number(max(change["price"], 0)))


def _no_fit(change: Mapping[str, Any]) -> str:
    rules = change.get("rules", [])
    if not rules:
        return _("现在没有招聘中的岗位。")
    names = _("、").join(rule_label(rule) for rule in rules)
    if len(rules) == 1:
        return _(
            "只差“%(what)s”：这一条过了，就有 %(n)s 个岗位可去。", what=names, n=number(change["orders"])
        )
    return _("最接近的岗位还差 %(n)s 条：%(what)s。", n=len(rules), what=names)


def advice(row: Any) -> list[str]:
    """What the office can do for somebody who fits nowhere."""
    if row.reason != NO_FIT:
        return []
    return list(dict.fromkeys(_(ADVICE[rule]) for rule in row.nearest_change.get("rules", [])))
