"""What a process tells again for a while: large counts only, and each reader their own."""

from weakref import WeakKeyDictionary

import pytest
from flask import Flask, g
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.kit.web import lately
from app.kit.web.lately import count_lately
from models.people.worker import Worker
from models.row_security import RowScope
from tests.factories.people import make_worker


def people(township: str) -> Select[int]:
    """How many people of a township."""
    return select(func.count(Worker.id)).where(Worker.township == township)


def test_a_small_count_is_always_that_of_now_and_a_large_one_holds_a_while(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lately, "MANY", 3)
    monkeypatch.setattr(lately, "_told", WeakKeyDictionary())
    for township, number in (("四开镇", 3), ("日哈乡", 4)):
        for _ in range(number):
            make_worker(session, township=township)
    assert [count_lately(session, people(town)) for town in ("四开镇", "日哈乡")] == [3, 4]
    for township in ("四开镇", "日哈乡"):
        make_worker(session, township=township)
    assert [count_lately(session, people(town)) for town in ("四开镇", "日哈乡")] == [4, 4]
    monkeypatch.setattr(lately.time, "monotonic", lambda: 1e9)
    assert count_lately(session, people("日哈乡")) == 5


def test_what_one_reader_was_told_is_not_told_to_another_of_other_rights(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lately, "MANY", 0)
    monkeypatch.setattr(lately, "_told", WeakKeyDictionary())
    make_worker(session, township="四开镇")
    with app.test_request_context():
        g.row_scope = RowScope(areas=("513431",))
        assert count_lately(session, people("四开镇")) == 1
        make_worker(session, township="四开镇")
        assert count_lately(session, people("四开镇")) == 1
        g.row_scope = RowScope(areas=("513432",))
        # Asked anew: PostgreSQL's wall shows them nobody, SQLite has none.
        has_wall = session.get_bind().dialect.name == "postgresql"
        assert count_lately(session, people("四开镇")) == (0 if has_wall else 2)
