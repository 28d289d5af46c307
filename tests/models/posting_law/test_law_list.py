"""The laws behind the check as a list: each article with its dates, how sure it is, and who looked when."""

from dataclasses import replace
from datetime import date

import pytest

from models.posting_law.law_list import cited_laws, parts_of
from models.posting_law.laws import GROUNDS, Citation
from models.reference.ageing import is_aged
from models.reference.sourced import LAST_AUDIT
from tests.models.posting_law.test_laws import all_grounds

NOW = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("《劳动合同法》第九条、第八十四条", ("《劳动合同法》", "", ("第九条", "第八十四条"))),
        ("《劳动合同法》第二十六条第一款第二项", ("《劳动合同法》", "", ("第二十六条第一款第二项",))),
        (
            "《女职工劳动保护特别规定》（国务院令第619号）附录",
            ("《女职工劳动保护特别规定》", "国务院令第619号", ("附录",)),
        ),
        ("《妇女权益保障法》（2005年修正）第二十三条", ("《妇女权益保障法》", "2005年修正", ("第二十三条",))),
        (
            "《就业促进法》第二十八条（对少数民族劳动者给予适当照顾）",
            ("《就业促进法》", "", ("第二十八条",)),
        ),
        ("人社部发〔2019〕17号第二条", ("", "人社部发〔2019〕17号", ("第二条",))),
        ("国务院令第174号", ("", "国务院令第174号", ())),
        ("最高人民法院指导案例185号", ("最高人民法院", "指导案例185号", ())),
    ],
)
def test_a_citation_is_read_as_title_number_and_articles(
    text: str, parts: tuple[str, str, tuple[str, ...]]
) -> None:
    assert parts_of(text) == parts


def test_what_is_no_law_is_refused() -> None:
    with pytest.raises(ValueError, match="建议"):
        parts_of("提示：出于保护建议不安排")


def test_every_article_that_a_finding_can_cite_stands_in_the_list_with_its_own_dates() -> None:
    assert set(all_grounds()) == set(GROUNDS)
    listed = {
        (law.title, law.number, article, law.valid_from, law.valid_to, law.area, law.verified, law.checked_on)
        for law in cited_laws()
        for article in law.articles or ("",)
    }
    seen = 0
    for one in {citation for ground in GROUNDS for citation in ground if citation.is_law}:
        title, number, articles = parts_of(one.text)
        for article in articles or ("",):
            where = (title, number, article, one.valid_from, one.valid_to, one.area)
            assert (*where, one.verified, one.checked_on) in listed
            seen += 1
    assert seen >= len(listed) > 40


def test_the_articles_of_a_law_stand_in_its_order() -> None:
    (law,) = [one for one in cited_laws() if one.title == "《就业促进法》"]
    assert [law.articles[0], law.articles[-1]] == ["第三条", "第三十一条"]


def test_what_the_audit_went_through_says_so_and_the_rest_was_looked_at_by_nobody() -> None:
    looked = {
        (law.title or law.number, article): law.checked_on
        for law in cited_laws()
        for article in law.articles or ("",)
    }
    assert set(looked.values()) == {LAST_AUDIT, None}
    assert looked["《妇女权益保障法》", "第四十三条"] == LAST_AUDIT
    assert looked["《未成年工特殊保护规定》", "第三条"] == LAST_AUDIT
    assert looked["《妇女权益保障法》", "第二十三条"] is None
    assert looked["《广东省工资支付条例》", ""] is None


def test_a_law_in_force_that_nobody_looked_at_for_two_years_is_old_and_one_that_ended_is_not() -> None:
    citation = Citation("《某法》第一条", date(2010, 1, 1), checked_on=date(2024, 11, 29))
    (law,) = cited_laws([(citation,)])
    assert not is_aged(law, NOW)
    assert is_aged(law, date(2026, 11, 30))
    assert is_aged(replace(law, checked_on=None), NOW)
    assert not is_aged(replace(law, checked_on=None, valid_to=date(2026, 11, 28)), NOW)
    assert not is_aged(replace(law, checked_on=None, valid_from=date(2026, 1, 1)), NOW)
