"""What was noted with an act, in words: states, steps, kinds, columns, sums."""

from collections.abc import Mapping
from typing import Any

from app.kit.web.labels import LABELS
from models.column_words import column_word
from models.hukou.catalogue import FACTS, PAPERS
from models.i18n import N_, Sentence
from models.numbers import yuan
from models.people.purpose import purpose_in_words
from models.placement.leaving import DECLINE_REASON_LABELS, LEAVE_REASON_LABELS
from models.placement.placement import OUTCOME_LABELS, Evidence
from models.workflow import Workflow

SUMS = {"amount_fen"}
# Columns whose codes mean something else in another column.
COLUMN_VALUES: dict[str, Mapping[Any, str]] = {
    "leave_reason": LEAVE_REASON_LABELS,
    "decline_reason": DECLINE_REASON_LABELS,
    "outcome": OUTCOME_LABELS,
}
# Literals that acts note beside the members of enumerations.
WORDS = {
    "answer": N_("答复"),
    "arrived": N_("到达"),
    "ask": N_("先问问"),
    "assign": N_("转给别人打"),
    "note": N_("记备注"),
    "broken": N_("有一处对不上"),
    "card_clear": N_("每一条都明白"),
    "card_open": N_("有的还要问"),
    "checked": N_("对照了原文"),
    "compare": N_("对照了原文"),
    "correct": N_("更正"),
    "dismissed": N_("不成立"),
    "came_back": N_("回到岗位"),
    "contact": N_("联系和座位"),
    "drop": N_("从队伍里去掉"),
    "forget": N_("忘掉"),
    "erased": N_("资料已清除"),
    "guessed": N_("证件后四位错了 5 次"),
    "in": N_("登记"),
    "in_order": N_("符合开班条件"),
    "join": N_("加进队伍"),
    "person_in": N_("登记了这个人"),
    "person_out": N_("登记这个人离开"),
    "invite": N_("企业邀请"),
    "learner": N_("学员"),
    "living": N_("生活成本"),
    "merged": N_("并到另一条记录"),
    "no": N_("不同意"),
    "not_in_order": N_("不符合开班条件"),
    "offer": N_("县里推荐"),
    "opening": N_("开班到场核查"),
    "out": N_("不登记"),
    "reached": N_("联系上了"),
    "postpone": N_("推迟"),
    "reassign": N_("换人办"),
    "record": N_("登记"),
    "regrade": N_("重录成绩"),
    "remind": N_("提醒"),
    "reset": N_("管理员重设"),
    "roll_closed": N_("点名结束"),
    "set_off": N_("出发"),
    "settle": N_("认定"),
    "sms": N_("短信"),
    "subsidy": N_("补贴"),
    "tell_interview": N_("转告面试"),
    "undo": N_("撤销"),
    "unhide": N_("把隐藏的也读进来"),
    "unreached": N_("没联系上"),
    "upheld": N_("成立"),
    "whole": N_("全部对得上"),
    "withdraw": N_("撤回"),
    "yes": N_("同意"),
}


def value_in_words(flow: Workflow | None, key: str, value: Any) -> Any:
    """One noted value in words; ``flow`` is the workflow whose step the act was, if it was one."""
    if isinstance(value, dict) and key in ("from", "to"):
        told = [(column_word(name), _corrected(name, one)) for name, one in value.items()]
        return [Sentence("%(what)s：%(value)s", {"what": word, "value": one}) for word, one in told]
    if isinstance(value, dict):
        told = [(word_of(None, name), count) for name, count in value.items()]
        return [Sentence("%(word)s %(n)s", {"word": word, "n": n}) for word, n in told]
    if key == "fields":
        return list({word.text: word for word in map(column_word, value)}.values())
    if key == "purpose" and isinstance(value, str):
        return purpose_in_words(value)
    if key in SUMS:
        return yuan(value)
    if key == "evidence" and value in set(Evidence):
        return Evidence(value)
    if isinstance(value, list):
        return [value_in_words(flow, key, one) for one in value]
    return word_of(flow, value, key) if isinstance(value, str) else value


def _corrected(name: str, value: Any) -> Any:
    """What a corrected column said, in words."""
    if value is None or value == "":
        return Sentence("未知")
    if isinstance(value, bool):
        return Sentence("是") if value else Sentence("否")
    if name.endswith("_fen"):
        return yuan(value)
    if name in COLUMN_VALUES and value in COLUMN_VALUES[name]:
        return Sentence(COLUMN_VALUES[name][value])
    return value_in_words(None, name, value)


def word_of(flow: Workflow | None, value: str, key: str = "") -> Sentence:
    """The word of a code; any other text as it is."""
    if flow and key == "event" and value in flow.by_event:
        return Sentence(flow.by_event[value].label)
    if flow and key in ("from", "to"):
        kind = type(flow.transitions[0].target)
        if value in set(kind):
            return Sentence(LABELS[kind][kind(value)])
    if value in WORDS:
        return Sentence(WORDS[value])
    if value in PAPERS:
        return Sentence(PAPERS[value].label)
    if value in FACTS:
        return Sentence(FACTS[value].label)
    return Sentence(next((labels[value] for labels in LABELS.values() if value in labels), value))


def has_word(value: str) -> bool:
    """Whether a code has a word of its own, whatever it was noted with."""
    return word_of(None, value) != Sentence(value)
