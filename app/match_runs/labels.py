"""What the engine found, as sentences and words: reasons, requirements, advice, points. Said where shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import matching
from app.match_runs.bands import SeenPair
from app.match_runs.constraint_counts import ASK
from app.match_runs.terms import OrderAsItWas
from models.i18n import N_, Sentence
from models.jobs.order import Order, Provision
from models.match_run import (
    COMPANIONS,
    RANKED,
    LeftOutReason,
    MatchGroup,
    MatchLeftOut,
    MatchPair,
    NearestChange,
    PinPrice,
    PolicyPrice,
)
from models.numbers import UNKNOWN, figure, people, yuan
from models.people.worker import Education, Health, Mandarin
from models.scorecard import StoredScorecard

Pair = MatchPair | SeenPair | matching.Match

# Six colours that colour-blind readers can tell apart: factors that speak of the same thing share one.
BANDS: dict[str, tuple[str, ...]] = {
    "occupation": ("occupation",),
    "skills": ("skills", "experience"),
    "wage": ("wage",),
    "pairing": ("pairing", "villagers"),
    "training": ("training",),
    "distance": ("distance",),
}
BAND_LABELS = {
    "occupation": N_("工种"),
    "skills": N_("技能与经验"),
    "wage": N_("工资与期望"),
    "pairing": N_("结对与同乡"),
    "training": N_("已受训"),
    "distance": N_("离家近"),
}
# Words that stand behind a number.
LEFT_OUT_LINES = {
    LeftOutReason.NO_FIT: N_("人目前没有一个岗位合适"),
    LeftOutReason.NO_PLACE: N_("人有合适的岗位，但名额给了更合适的人"),
    LeftOutReason.GROUP: N_("人要结伴同去，没有一个岗位能一起安排"),
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
# Factors that a worker has points for, or has none: these can be what a whole list has in common.
SHARED = {
    "pairing": Sentence("在结对（或原来结对）的城市"),
    "villagers": Sentence("本县已有人在这家企业"),
    "distance": Sentence("离家近"),
    "training": Sentence("为这个岗位培训过"),
}


# --- rules ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrderPhrases:
    """What the rules ask of workers, on one order in ``city`` (its name): as it is, or as it was at a run."""

    order: Order | OrderAsItWas
    city: str

    def requirement(self, rule: str) -> Sentence:
        """The requirement itself: 普通话达到“日常交流”."""
        return _REQUIREMENTS[rule](self)

    def off_list(self, reason: str, count: int) -> Sentence:
        """Why so many are not on the list: 1,804 人不愿去佛山市."""
        n = figure(count)
        if reason == RANKED:
            return Sentence("%(n)s 人也合适，排在名单之后", {"n": n})
        if reason in _ASK_ENTERPRISE:
            return _ASK_ENTERPRISE[reason](n)
        if reason.startswith(ASK):
            return Sentence("%(n)s 人的%(what)s还没问", {"n": n, "what": rule_label(reason)})
        return _OFF_LIST[reason](self, n)

    def group(self, group: MatchGroup, masked: bool) -> Sentence:
        """One reason with its number of people; an enterprise is told a band."""
        if not masked:
            return self.off_list(group.reason, group.people)
        what = Sentence("排在名单之后") if group.reason == RANKED else rule_label(group.reason)
        return Sentence("%(what)s：%(people)s", {"what": what, "people": people(group.people, masked)})

    def commonest(self, groups: Sequence[MatchGroup], masked: bool) -> list[Sentence]:
        """The three commonest reasons, and how many there are besides."""
        parts = [self.group(group, masked) for group in groups[:SAID_AT_ONCE]]
        if len(groups) > SAID_AT_ONCE:
            parts.append(Sentence("还有 %(n)s 个别的原因", {"n": len(groups) - SAID_AT_ONCE}))
        return parts


def rule_label(reason: str) -> Sentence:
    """The short name of a rule, with or without ``ask:``."""
    if reason == COMPANIONS:
        return Sentence("同行人")
    name = reason.removeprefix(ASK)
    return Sentence(next(rule.label for rule in matching.RULES if rule.name == name))


def need_label(name: str) -> Sentence:
    """What is still to be asked."""
    return Sentence(matching.NEEDS[name])


def _age_range(phrases: OrderPhrases) -> Sentence:
    low, high = phrases.order.min_age, phrases.order.max_age
    if low is None:
        return Sentence("年龄不超过 %(high)s 岁", {"high": high})
    if high is None:
        return Sentence("年满 %(low)s 岁", {"low": low})
    return Sentence("年龄 %(low)s 到 %(high)s 岁", {"low": low, "high": high})


def level(kind: type[IntEnum], value: int | None) -> IntEnum | Sentence:
    """One of the engine's levels as a value of a sentence."""
    return UNKNOWN if value is None else kind(value)


def _best_wage(order: Order | OrderAsItWas) -> Sentence:
    known = (order.wage_high_fen, order.wage_low_fen, order.base_wage_fen)
    return yuan(next((fen for fen in known if fen is not None), None))


def _offers(value: bool | None, yes: Sentence, no: Sentence, question: Sentence) -> Sentence:
    if value is None:
        return Sentence("%(what)s，企业没有说", {"what": question})
    return yes if value else no


def _has_lodging(order: Order | OrderAsItWas) -> bool | None:
    return None if order.lodging is None else order.lodging is not Provision.SELF


_REQUIREMENTS: Mapping[str, Callable[[OrderPhrases], Sentence]] = {
    "placed": lambda p: Sentence("没有在岗"),
    "legal_age": lambda p: Sentence("达到法定年龄"),
    "age": _age_range,
    "forbidden_work": lambda p: Sentence("法律禁止安排的人不能做"),
    "education": lambda p: Sentence(
        "文化程度%(level)s以上", {"level": level(Education, p.order.min_education)}
    ),
    "mandarin": lambda p: Sentence("普通话达到“%(level)s”", {"level": level(Mandarin, p.order.min_mandarin)}),
    "health": lambda p: Sentence("健康状况：%(level)s", {"level": level(Health, p.order.min_health)}),
    "certificates": lambda p: Sentence("持有%(names)s", {"names": list(p.order.certificates)}),
    "city": lambda p: Sentence("地点在%(city)s", {"city": p.city}),
    "wage": lambda p: Sentence("月薪最高 %(wage)s", {"wage": _best_wage(p.order)}),
    "available": lambda p: Sentence("%(day)s 报到", {"day": p.order.start_on or Sentence("未定")}),
    "night_shift": lambda p: _offers(
        p.order.night_shift, Sentence("要上夜班"), Sentence("不上夜班"), Sentence("上不上夜班")
    ),
    "dormitory": lambda p: _offers(
        _has_lodging(p.order), Sentence("提供住宿"), Sentence("不提供住宿"), Sentence("包不包住")
    ),
    "couple_room": lambda p: _offers(
        p.order.couple_rooms, Sentence("有夫妻房"), Sentence("没有夫妻房"), Sentence("有没有夫妻房")
    ),
}
_OFF_LIST: Mapping[str, Callable[[OrderPhrases, str], Sentence]] = {
    "placed": lambda p, n: Sentence("%(n)s 人已有岗位", {"n": n}),
    "legal_age": lambda p, n: Sentence("%(n)s 人未到法定年龄", {"n": n}),
    "age": lambda p, n: Sentence("%(n)s 人不在要求的年龄", {"n": n}),
    "forbidden_work": lambda p, n: Sentence("%(n)s 人依法不能做这项工作", {"n": n}),
    "education": lambda p, n: Sentence(
        "%(n)s 人文化程度不到%(level)s", {"n": n, "level": level(Education, p.order.min_education)}
    ),
    "mandarin": lambda p, n: Sentence("%(n)s 人普通话不够", {"n": n}),
    "health": lambda p, n: Sentence("%(n)s 人的健康状况做不了", {"n": n}),
    "certificates": lambda p, n: Sentence(
        "%(n)s 人没有%(names)s", {"n": n, "names": list(p.order.certificates)}
    ),
    "city": lambda p, n: Sentence("%(n)s 人不愿去%(city)s", {"n": n, "city": p.city}),
    "wage": lambda p, n: Sentence("%(n)s 人工资期望高于 %(wage)s", {"n": n, "wage": _best_wage(p.order)}),
    "available": lambda p, n: Sentence("%(n)s 人到报到时还走不开", {"n": n}),
    "night_shift": lambda p, n: Sentence("%(n)s 人不上夜班", {"n": n}),
    "dormitory": lambda p, n: Sentence("%(n)s 人要住宿", {"n": n}),
    "couple_room": lambda p, n: Sentence("%(n)s 人要夫妻房", {"n": n}),
}
# The order does not say: it is the enterprise that has to be asked.
_ASK_ENTERPRISE: Mapping[str, Callable[[str], Sentence]] = {
    "ask:night_shift": lambda n: Sentence("%(n)s 人不上夜班，要先问企业", {"n": n}),
    "ask:dormitory": lambda n: Sentence("%(n)s 人要住宿，要先问企业", {"n": n}),
    "ask:couple_room": lambda n: Sentence("%(n)s 人要夫妻房，要先问企业", {"n": n}),
}


# --- points ---------------------------------------------------------------------------------------------


def bands(factors: Mapping[str, int]) -> dict[str, int]:
    """The points by colour band; they still sum to the score."""
    return {band: sum(factors.get(name, 0) for name in names) for band, names in BANDS.items()}


def shared_by(pairs: Sequence[Pair]) -> list[str]:
    """The factors that everyone on a list has points for, and that therefore set no worker apart."""
    return [name for name in SHARED if pairs and all(pair.factors.get(name) for pair in pairs)]


def points_from(pair: Pair, scorecard: StoredScorecard, without: Iterable[str] = ()) -> list[Sentence]:
    """Where the points come from; ``without`` are the factors said once for the whole list."""
    factors, points = pair.factors, scorecard["points"]
    parts = [_occupation(factors.get("occupation", 0), points["occupation"][-1])]
    if factors.get("experience"):
        parts.append(Sentence("干过类似的活"))
    if pair.matched_skills:
        parts.append(Sentence("会%(names)s", {"names": list(pair.matched_skills)}))
    if factors.get("wage", 0) > points["wage"][1]:
        parts.append(Sentence("工资达到本人要求"))
    return parts + [said for name, said in SHARED.items() if factors.get(name) and name not in without]


def _occupation(points: int, most: int) -> Sentence:
    if points >= 0.9 * most:
        return Sentence("正是本人想做的工种")
    if points >= 0.4 * most:
        return Sentence("和想做的工种相近")
    return Sentence("和想做的工种不同") if points else Sentence("没有说过想做这类活")


# --- a county's plan ------------------------------------------------------------------------------------


def price_sentence(price: int) -> Sentence:
    """What a change by hand does to the plan's points."""
    if price > 0:
        return Sentence("全县总分少 %(n)s 分。", {"n": figure(price)})
    if price < 0:
        return Sentence("全县总分多 %(n)s 分。", {"n": figure(-price)})
    return Sentence("全县总分不变。")


def policy_sentence(price: PolicyPrice) -> Sentence:
    """What the county's own policy has cost against the largest total of points."""
    points, more = figure(price["points"]), price["people"]
    if more > 0:
        return Sentence(
            "按你定的办法，总分让出 %(points)s 分，多安排 %(n)s 人。", {"points": points, "n": more}
        )
    if more < 0:
        return Sentence(
            "按你定的办法，总分让出 %(points)s 分，少安排 %(n)s 人。", {"points": points, "n": -more}
        )
    return Sentence("按你定的办法，总分让出 %(points)s 分。", {"points": points})


def gap_sentence(gap: float, hand: int, pins: PinPrice | None) -> Sentence:
    """How far a plan is from the best that any plan could reach, as long as nobody changed it since.

    ``hand`` are the people moved by hand since it was made, ``pins`` what it keeps of an earlier one.
    """
    if hand:
        return Sentence("手工改过以后还没有重新算，不知道是不是还有更好的安排。")
    percent = f"{100 * gap:.2g}" if gap >= 0.0001 else "0.01"
    if pins and pins["points"] + pins["people"] > 0:
        best = Sentence("照留手工改动，算的时候没有比它总分更高的安排。")
        near = Sentence("照留手工改动，离能做到的最好最多只差 %(percent)s%%。", {"percent": percent})
    else:
        best = Sentence("算的时候，没有比它总分更高的安排。")
        near = Sentence("离理论最好最多只差 %(percent)s%%。", {"percent": percent})
    return best if gap <= 0 else near


def pin_sentence(pins: PinPrice, kept: int) -> Sentence:
    """What it cost to keep the changes by hand of the plan before."""
    n, points = figure(kept), figure(pins["points"])
    if pins["people"] > 0:
        return Sentence(
            "照留了上次手工改的 %(n)s 人，为此总分少 %(points)s 分，少安排 %(people)s 人。",
            {"n": n, "points": points, "people": figure(pins["people"])},
        )
    if pins["points"] > 0:
        return Sentence("照留了上次手工改的 %(n)s 人，为此总分少 %(points)s 分。", {"n": n, "points": points})
    return Sentence("照留了上次手工改的 %(n)s 人，总分没有因此变少。", {"n": n})


def change_sentence(row: MatchLeftOut) -> Sentence:
    """What would bring a worker into the plan."""
    change = row.nearest_change
    if row.reason == LeftOutReason.NO_FIT:
        return _missing_rules(change)
    if "price" not in change:
        return Sentence("等有名额，或先问清结伴的人。")
    if change.get("instead_of") is None:
        return Sentence("那边还有空位，可以直接放进去。")
    return Sentence("要放进去，得换下一个人，总分少 %(n)s 分。", {"n": figure(max(change["price"], 0))})


def _missing_rules(change: NearestChange) -> Sentence:
    rules = change.get("rules", [])
    if not rules:
        return Sentence("现在没有招聘中的岗位。")
    names = [rule_label(rule) for rule in rules]
    if len(rules) == 1:
        return Sentence(
            "只差“%(what)s”：这一条过了，就有 %(n)s 个岗位可去。",
            {"what": names, "n": figure(change["orders"])},
        )
    return Sentence("最接近的岗位还差 %(n)s 条：%(what)s。", {"n": len(rules), "what": names})


def advice(row: MatchLeftOut) -> list[str]:
    """What the office can do for a worker who fits nowhere, as words."""
    if row.reason != LeftOutReason.NO_FIT:
        return []
    return list(dict.fromkeys(ADVICE[rule] for rule in row.nearest_change.get("rules", [])))
