"""Rules in words: a condition as a sentence, a value with its unit, a fact with where it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.kit.web.formatters import day, number, yes_no
from models.hukou.catalogue import FACTS, PAPERS, FactType
from models.hukou.evaluation import Answer, Clause, Verdict
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouRule
from models.i18n import N_

OPERATORS = {">=": N_("不少于"), "<=": N_("不超过"), "==": N_("就是")}
# Levels that fall as skill rises: what "at most 4" means is 四级 or better.
BETTER = {">=": N_("不低于"), "<=": N_("不高于"), "==": N_("就是")}
WORSE = {">=": N_("不高于"), "<=": N_("不低于"), "==": N_("就是")}
CHANGED = {
    "document": N_("文件"),
    "version_name": N_("版本"),
    "valid_from": N_("生效日"),
    "valid_to": N_("失效日"),
    "ranking_text": N_("排名办法"),
    "priority_orders": N_("优先标识可以排在前面"),
    "working_days": N_("每步办理工作日"),
    "notice_days": N_("公示天数"),
    "note": N_("备注"),
}


def value_words(name: str, value: Any) -> str:
    """Return a fact's value with its unit, in the reader's language; 未知 for None."""
    kind = FACTS[name]
    if value is None:
        return _("未知")
    if kind.type is FactType.TRUTH:
        return yes_no(bool(value))
    if kind.choices:
        return _(dict(kind.choices).get(value, str(value)))
    shown = number(value)
    return _("%(n)s 个月", n=shown) if kind.type is FactType.MONTHS else shown


def sentence(condition: Mapping[str, Any]) -> str:
    """Return one condition as a sentence."""
    name = condition["fact"]
    kind = FACTS[name]
    if kind.type is FactType.TRUTH:
        wanted = _(kind.word)
        return wanted if condition["value"] else _("不是：%(what)s", what=wanted)
    words = WORSE if kind.lower_is_better else BETTER if kind.type is FactType.LEVEL else OPERATORS
    value = value_words(name, condition["value"])
    relation = words[condition["op"]]
    return _("%(what)s%(how)s %(value)s", what=_(kind.word), how=_(relation), value=value)


def known(fact: PersonFact) -> str:
    """Return a known fact in words: 在该市累计缴社保月数：60 个月."""
    return _("%(what)s：%(value)s", what=_(FACTS[fact.name].word), value=value_words(fact.name, fact.value))


def proof(name: str) -> list[str]:
    """Return the papers that prove a fact, in words."""
    return [_(PAPERS[paper].word) for paper in FACTS[name].papers]


def source_words(clause: Clause) -> str:
    """Return where the fact of a clause comes from, or which papers would prove it."""
    if clause.known is not None and clause.known.source:
        return _(clause.known.source)
    return _("、").join(proof(clause.fact))


def step_words(clause: Clause) -> str:
    """Return what a person could do about a clause that is not met or not known; "" where there is
    nothing."""
    kind = FACTS[clause.fact]
    if kind.step:
        return _(kind.step)
    return _("请交：%(papers)s", papers=_(" 或 ").join(proof(clause.fact))) if kind.papers else ""


def advice(answers: Sequence[tuple[HukouRule, Answer]], today: date) -> str:
    """Return the best route and the cheapest next step in one sentence; "" where no rule says what it asks.

    ``answers`` come nearest first.
    """
    found = [(rule, answer) for rule, answer in answers if answer.clauses]
    if not found:
        return ""
    rule, answer = found[0]
    return _("离得最近的路是“%(route)s”：%(what)s", route=rule.route, what=_next_step(answer, today))


def _next_step(answer: Answer, today: date) -> str:
    if answer.verdict is Verdict.MEETS:
        return _("看起来都符合，可以先预审。")
    clause, earliest = answer.cheapest, answer.earliest_on
    if clause is None:
        return _("不用另外办什么，照现在这样，%(day)s起符合。", day=day(earliest))
    step = step_words(clause) or sentence(clause.condition)
    if earliest is None:
        return _("最省事的一步是：%(step)s。", step=step)
    if earliest > today:
        return _("最省事的一步是：%(step)s。材料齐了，%(day)s起符合。", step=step, day=day(earliest))
    return _("最省事的一步是：%(step)s。材料齐了，现在就符合。", step=step)


def dated(written: str | None) -> date | None:
    """Return the day of a date as a snapshot keeps it."""
    return date.fromisoformat(written) if written else None


def missing_words(names: Sequence[str]) -> str:
    """Return the facts that are not known, in words."""
    return _("、").join(_(FACTS[name].word) for name in names)


def written(rule: HukouRule) -> list[tuple[str, list[str]]]:
    """Return the rule as (heading, sentences): what is always asked, then each alternative."""
    together: dict[str, list[str]] = {}
    for heading, _fact, line in _lines(rule):
        together.setdefault(heading, []).append(line)
    return list(together.items())


def _lines(rule: HukouRule) -> Iterator[tuple[str, str, str]]:
    """Yield (heading, fact, sentence) of every condition and every line of points."""
    for one in rule.conditions.get("all", ()):
        yield _("都要满足"), one["fact"], sentence(one)
    for n, branch in enumerate(rule.conditions.get("any", ()), 1):
        for one in branch:
            yield _("任选一种：第 %(n)s 种", n=n), one["fact"], sentence(one)
    for item in (rule.points or {}).get("items", ()):
        line = _("%(what)s：%(points)s 分", what=sentence(item), points=item["points"])
        yield item.get("group") or _("积分"), item["fact"], line


def difference(before: HukouRule, after: HukouRule) -> list[tuple[str, str, str]]:
    """Return what changed as (what, before, after); a sentence that is new has an empty before."""
    found = [
        (_(word), _shown(getattr(before, column)), _shown(getattr(after, column)))
        for column, word in CHANGED.items()
        if getattr(before, column) != getattr(after, column)
    ]
    old, new = _by_fact(before), _by_fact(after)
    for key in sorted(old.keys() | new.keys(), key=str):
        if old.get(key) != new.get(key):
            found.append((key[0], old.get(key, ""), new.get(key, "")))
    return found


def _by_fact(rule: HukouRule) -> dict[tuple[str, str, int], str]:
    """Return the sentences of a rule, each under its heading, its fact, and its place among those of that
    fact."""
    found: dict[tuple[str, str, int], str] = {}
    for heading, fact, line in _lines(rule):
        place = sum(key[:2] == (heading, fact) for key in found)
        found[heading, fact, place] = line
    return found


def _shown(value: Any) -> str:
    return yes_no(value) if isinstance(value, bool) else _("无") if value in (None, "") else str(value)
