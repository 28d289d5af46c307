"""The laws that the legal check cites stand with the other facts, and grow old like them."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.reference.facts import queries
from models.access import Role
from models.posting_law.law_list import cited_laws
from tests.factories.people import actor_of, make_user

SignIn = Callable[..., FlaskClient]
NOW = date(2026, 11, 29)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_every_law_cited_is_listed_with_articles_dates_and_last_look(
    session: Session, sign_in: SignIn, role: Role
) -> None:
    page = sign_in(make_user(session, role)).get("/admin/reference/laws")
    assert page.status_code == 200
    laws = cited_laws()
    assert len(laws) > 20
    for law in laws:
        assert law.title in page.text
        assert law.number in page.text
        assert all(article in page.text for article in law.articles)
    for word in ("2022 年 12 月 31 日", "深圳市", "广东省", "全国", "待核", "没有人看过", "该再看看"):
        assert word in page.text


def test_the_page_of_facts_leads_to_the_laws_and_says_how_many_are_old(
    session: Session, sign_in: SignIn
) -> None:
    page = sign_in(make_user(session, Role.ADMIN)).get("/admin/reference").text
    assert "/admin/reference/laws" in page
    assert "引用的法律" in page


def test_the_administrator_is_told_of_laws_that_nobody_looked_at(app: Flask, session: Session) -> None:
    actor = actor_of(session, make_user(session, Role.ADMIN))

    def old(day: date) -> tuple[int, str]:
        with app.test_request_context():
            told = queries.tasks(session, actor, day)
            task = next(one for one in told if "很久没有人看过" in one.text.text)
        return task.count, str(task.reason.params["tables"])

    laws = len(queries.aged_laws(NOW))
    count, tables = old(NOW)
    assert laws >= 1
    assert count == sum(queries.aged(session, NOW).values()) + laws
    assert "引用的法律" in tables
    assert len(queries.aged_laws(date(2029, 1, 1))) > 20
