"""One shape for a sentence: read in Chinese without a reader, said in the reader's language, kept as JSON."""

from datetime import UTC, date, datetime

from flask import Flask
from flask_babel import force_locale

from app.kit.web.formatters import say
from models.i18n import NOTHING, Sentence, counted
from models.jobs.order import Shift
from models.numbers import figure, yuan

DAY, INSTANT = date(2017, 5, 8), datetime(2017, 5, 8, 8, 30, tzinfo=UTC)
NESTED = Sentence("%(what)s：%(n)s 人", {"what": Sentence("未知"), "n": figure(1234)})


def test_in_chinese_every_value_has_its_words() -> None:
    assert str(Sentence("到 %(day)s", {"day": DAY})) == "到 2017 年 5 月 8 日"
    assert str(Sentence("在 %(at)s", {"at": INSTANT})) == "在 2017 年 5 月 8 日 16:30"
    assert str(Sentence("%(names)s", {"names": ["甲", "乙"]})) == "甲、乙"
    assert str(NESTED) == "未知：1,234 人"


def test_the_reader_hears_the_same_values(app: Flask) -> None:
    with app.test_request_context():
        assert say(Sentence("%(at)s", {"at": INSTANT})) == "2017 年 5 月 8 日 16:30"
        assert say(Sentence("%(shift)s", {"shift": Shift.DAY})) != "day"
        with force_locale("en"):
            assert say(Sentence("%(day)s", {"day": DAY})) == "8 May 2017"
            assert say(yuan(None)) == "Unknown"


def test_one_and_many_are_said_apart_where_the_language_does(app: Flask) -> None:
    one, many = (counted(n, "人还没答复岗位推荐") for n in (1, 2))
    assert str(one) == str(many) == "人还没答复岗位推荐"
    words = "%(n)s 个岗位在招，空岗共 %(missing)s"
    with app.test_request_context():
        assert say(one) == say(many) == "人还没答复岗位推荐"
        with force_locale("en"):
            assert say(one) == "person who has not answered the offer"
            assert say(many) == "people who have not answered their offer"
            assert say(counted(1, words, n=1, missing=3)) == "1 job is recruiting, 3 open places"
            kept = counted(2, words, n=2, missing=3).as_json()
            assert say(Sentence.from_json(kept)) == "2 jobs are recruiting, 3 open places in all"


def test_nothing_is_said_as_nothing(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert (str(NOTHING), say(NOTHING), bool(NOTHING)) == ("", "", False)


def test_a_kept_sentence_comes_back_and_may_be_a_key() -> None:
    assert Sentence.from_json(NESTED.as_json()) == NESTED
    assert len({NESTED, Sentence.from_json(NESTED.as_json()), Sentence("甲", {"n": [1]})}) == 2


def test_money_and_figures() -> None:
    assert str(yuan(465_000)) == "4,650 元"
    assert str(yuan(465_050)) == "4,650.50 元"
    assert (figure(7.5), figure(8.0), figure(12_000)) == ("7.5", "8", "12,000")
