"""The machine doubts where the rules are silent; it never blocks."""

import time
from datetime import date

import pytest

from models.posting_law import Finding, Level, Posting, check_posting
from models.posting_law.classifier import classifier, examples, fitted
from models.posting_law.doubts import RULE, machine_doubts
from models.posting_law.text import plain

DAY = date(2026, 10, 1)


def posting(text: str, title: str = "普工") -> Posting:
    return Posting(title, text, "440600", None, DAY)


def second_look(text: str) -> list[Finding]:
    return machine_doubts(posting(text), check_posting(posting(text), lambda city, day: None))


DOUBTFUL = ["厂里来过彝族的，闹得不好，这回就算了吧", "做文员肯定是女孩子"]


def test_at_least_six_hundred_own_sentences_are_learned_from() -> None:
    rows = list(examples())
    assert sum(bool(row.kind) for row in rows) >= 600
    assert sum(not row.kind for row in rows) >= 600


def test_the_same_sentences_give_the_same_classifier() -> None:
    rows = list(examples())
    again, texts = fitted(rows), [row.text for row in rows[::50]]
    assert again.guess(texts) == classifier().guess(texts)


def test_the_machine_doubts_and_never_blocks() -> None:
    doubts = [doubt for text in DOUBTFUL for doubt in second_look(text)]
    assert doubts
    for doubt in doubts:
        assert (doubt.level, doubt.rule) == (Level.DOUBT, RULE)
        assert "未经核对" in doubt.source
        assert "机器觉得" in str(doubt.sentence)
        assert "请市局看" in str(doubt.sentence)


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_doubt_quotes_its_sentence_and_no_neighbour(text: str) -> None:
    before = "招普工若干名，包吃住。\n"
    for doubt in second_look(f"{before}{text}。工资月结。"):
        assert doubt.start == len(before)
        assert doubt.passage == text


def test_the_machine_is_silent_where_the_rules_have_spoken() -> None:
    assert check_posting(posting("不要彝族的"), lambda city, day: None)
    assert not second_look("不要彝族的")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "。",
        "招普工，男女不限，包吃住",
        "负责产品包装、贴标、入库",
        "有电子厂经验者优先",
        "不押证件，不收押金",
        "中介勿扰",
    ],
)
def test_ordinary_sentences_raise_no_doubt(text: str) -> None:
    assert second_look(text) == []


def test_eight_times_the_posting_does_not_take_many_times_eight() -> None:
    short = "招普工若干名，包吃住，彝族老乡多\n" * 500
    second_look("招普工")
    assert seconds(short * 8) < 24 * seconds(short) + 0.1


def seconds(text: str) -> float:
    """Of processor, the better of two runs."""
    took = []
    for _run in range(2):
        started = time.process_time()
        machine_doubts(posting(text), [])
        assert plain(text).text
        took.append(time.process_time() - started)
    return min(took)
