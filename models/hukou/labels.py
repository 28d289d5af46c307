"""Household registration rules as sentences: a condition, a value with its unit, where a fact comes from."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from models.hukou.catalogue import FACTS, PAPERS, FactType
from models.hukou.evaluation import Answer, Clause, Verdict
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouRule
from models.i18n import N_, Sentence
from models.numbers import UNKNOWN, figure

LISTED = "%(items)s"  # no text of its own: the reader's language joins the items
OPERATORS = {">=": N_("不少于"), "<=": N_("不超过"), "==": N_("就是")}
# Levels that fall as skill rises: what "at most 4" means is 四级 or better.
BETTER = {">=": N_("不低于"), "<=": N_("不高于"), "==": N_("就是")}
WORSE = {">=": N_("不高于"), "<=": N_("不低于"), "==": N_("就是")}
COMPARED = {
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
Difference = tuple[Sentence, Sentence | None, Sentence | None]


def value_sentence(name: str, value: Any) -> Sentence:
    """A fact's value with its unit; 未知 for None."""
    kind = FACTS[name]
    if value is None:
        return UNKNOWN
    if kind.type is FactType.TRUTH:
        return _yes_no(bool(value))
    if kind.choices:
        return Sentence(dict(kind.choices).get(value, str(value)))
    shown = figure(value)
    return Sentence("%(n)s 个月", {"n": shown}) if kind.type is FactType.MONTHS else Sentence(shown)


def condition_sentence(condition: Mapping[str, Any]) -> Sentence:
    """在该市累计缴社保月数不少于 60 个月."""
    name = condition["fact"]
    kind, asked = FACTS[name], fact_label(name)
    if kind.type is FactType.TRUTH:
        return asked if condition["value"] else Sentence("不是：%(what)s", {"what": asked})
    operators = WORSE if kind.lower_is_better else BETTER if kind.type is FactType.LEVEL else OPERATORS
    operator, value = operators[condition["op"]], value_sentence(name, condition["value"])
    return Sentence("%(what)s%(how)s %(value)s", {"what": asked, "how": Sentence(operator), "value": value})


def fact_label(name: str) -> Sentence:
    """The name of a fact for people."""
    return Sentence(FACTS[name].label)


def fact_sentence(fact: PersonFact) -> Sentence:
    """在该市累计缴社保月数：60 个月."""
    value = value_sentence(fact.name, fact.value)
    return Sentence("%(what)s：%(value)s", {"what": fact_label(fact.name), "value": value})


def missing_facts(names: Sequence[str]) -> Sentence:
    """The facts that are not known, in a row."""
    return Sentence(LISTED, {"items": [fact_label(name) for name in names]})


def papers_for(fact: str) -> Sentence:
    """The papers that prove a fact, in a row."""
    return Sentence(LISTED, {"items": _papers(fact)})


def _papers(fact: str) -> list[Sentence]:
    return [Sentence(PAPERS[kind].label) for kind in FACTS[fact].papers]


def step_for(clause: Clause) -> Sentence | None:
    """What the person could do about a clause that is not met or not known; None where there is nothing."""
    kind = FACTS[clause.fact]
    if kind.step:
        return Sentence(kind.step)
    if not kind.papers:
        return None
    first, *others = _papers(clause.fact)
    for paper in others:
        first = Sentence("%(one)s 或 %(other)s", {"one": first, "other": paper})
    return Sentence("请交：%(papers)s", {"papers": first})


def advice(answers: Sequence[tuple[HukouRule, Answer]], today: date) -> Sentence | None:
    """The best route and its cheapest next step; None where no rule says what it asks.

    ``answers`` come nearest first.
    """
    for rule, answer in answers:
        if answer.clauses:
            step = _next_step(answer, today)
            return Sentence("离得最近的路是“%(route)s”：%(what)s", {"route": rule.route, "what": step})
    return None


def _next_step(answer: Answer, today: date) -> Sentence:
    if answer.verdict is Verdict.MEETS:
        return Sentence("看起来都符合，可以先预审。")
    clause, earliest = answer.cheapest, answer.earliest_on
    if clause is None:
        return Sentence("不用另外办什么，照现在这样，%(day)s起符合。", {"day": earliest})
    step = step_for(clause) or condition_sentence(clause.condition)
    if earliest is None:
        return Sentence("最省事的一步是：%(step)s。", {"step": step})
    if earliest > today:
        return Sentence(
            "最省事的一步是：%(step)s。材料齐了，%(day)s起符合。", {"step": step, "day": earliest}
        )
    return Sentence("最省事的一步是：%(step)s。材料齐了，现在就符合。", {"step": step})


def rule_sentences(rule: HukouRule) -> list[tuple[Sentence, list[Sentence]]]:
    """The rule under its headings: what is always asked, each alternative, each group of points."""
    together: dict[Sentence, list[Sentence]] = {}
    for heading, _fact, line in _lines(rule):
        together.setdefault(heading, []).append(line)
    return list(together.items())


def _lines(rule: HukouRule) -> Iterator[tuple[Sentence, str, Sentence]]:
    """Yield (heading, fact, sentence) of every condition and every line of points."""
    for condition in rule.conditions.get("all", ()):
        yield Sentence("都要满足"), condition["fact"], condition_sentence(condition)
    for n, branch in enumerate(rule.conditions.get("any", ()), 1):
        for condition in branch:
            yield (
                Sentence("任选一种：第 %(n)s 种", {"n": n}),
                condition["fact"],
                condition_sentence(condition),
            )
    for item in (rule.points or {}).get("items", ()):
        what, points, group = condition_sentence(item), item["points"], item.get("group")
        heading = Sentence(group) if group else Sentence("积分")
        yield heading, item["fact"], Sentence("%(what)s：%(points)s 分", {"what": what, "points": points})


def difference(before: HukouRule, after: HukouRule) -> list[Difference]:
    """What a version changes, as (what, before, after); None where a sentence is new or gone."""
    changes: list[Difference] = [
        (Sentence(text), _shown(getattr(before, column)), _shown(getattr(after, column)))
        for column, text in COMPARED.items()
        if getattr(before, column) != getattr(after, column)
    ]
    old, new = _by_fact(before), _by_fact(after)
    for key in sorted(old.keys() | new.keys(), key=str):
        if old.get(key) != new.get(key):
            changes.append((key[0], old.get(key), new.get(key)))
    return changes


def _by_fact(rule: HukouRule) -> dict[tuple[Sentence, str, int], Sentence]:
    """The rule's sentences, each under its heading, its fact, and its place among those of that fact."""
    sentences: dict[tuple[Sentence, str, int], Sentence] = {}
    for heading, fact, line in _lines(rule):
        place = sum(key[:2] == (heading, fact) for key in sentences)
        sentences[heading, fact, place] = line
    return sentences


def _shown(value: Any) -> Sentence:
    if isinstance(value, bool):
        return _yes_no(value)
    return Sentence("无") if value in (None, "") else Sentence(str(value))


def _yes_no(value: bool) -> Sentence:
    return Sentence("是") if value else Sentence("否")
