"""A first page says the work in order: today, this week, what is to be watched."""

import inspect
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.home import queries
from app.home.queries import Pace
from app.kit.web.navigation import Task
from models.access import SYSTEM, Role
from models.clock import today
from models.i18n import Sentence
from tests.factories.people import ZHAOJUE, make_user

MONDAY = date(2026, 11, 30)


def line(word: str, due_on: date | None = None) -> Task:
    return Task(1, Sentence(word), None, "/workers", "去看看", "workers.index", due_on)


def grouped(monkeypatch: pytest.MonkeyPatch, *sources: tuple[list[Task], Pace]) -> list[queries.TaskGroup]:
    told = tuple((lambda session, actor, today, lines=lines: lines, pace) for lines, pace in sources)
    monkeypatch.setattr(queries, "TASK_SOURCES", told)
    return queries.task_groups(None, SYSTEM, MONDAY)  # type: ignore[arg-type]


def words(groups: list[queries.TaskGroup]) -> dict[str, list[str]]:
    return {group.pace.value: [task.text.text for task in group.tasks] for group in groups}


def test_a_near_day_hurries_a_line_and_a_far_one_gives_it_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line("没有日子"), line("过期", MONDAY - timedelta(days=3)), line("今天到期", MONDAY)]
    lines += [line("周日", MONDAY + timedelta(days=6)), line("圣诞", date(2026, 12, 25))]
    assert words(grouped(monkeypatch, (lines, Pace.WEEK), ([line("缺口")], Pace.WATCH))) == {
        "today": ["过期", "今天到期"],
        "week": ["周日", "没有日子"],
        "watch": ["圣诞", "缺口"],
    }


@pytest.mark.parametrize(("lines", "opened"), [(3, [True, True]), (8, [True, False])])
def test_only_what_is_read_at_a_glance_stands_open(
    monkeypatch: pytest.MonkeyPatch, lines: int, opened: list[bool]
) -> None:
    groups = grouped(monkeypatch, ([line("今天的")], Pace.TODAY), ([line("缺口")] * lines, Pace.WATCH))
    assert [group.is_open for group in groups] == opened
    groups = grouped(monkeypatch, ([line("缺口")] * 12, Pace.WATCH))
    assert [group.is_open for group in groups] == [True], "what comes first is never folded"


def test_every_source_of_work_is_asked_once() -> None:
    sources = [source for source, _pace in queries.TASK_SOURCES]
    assert len(sources) == len(set(sources)) >= 28


def test_an_overdue_line_says_so_on_the_page(
    session: Session, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = line("件反映的问题轮到你们办", today() - timedelta(days=5))
    sources = (
        (lambda session, actor, today: [late], Pace.WEEK),
        (lambda session, actor, today: [line("人没有联系电话")] * 9, Pace.WATCH),
    )
    monkeypatch.setattr(queries, "TASK_SOURCES", sources)
    page = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)).get("/").text
    assert "已超期 5 天" in page
    assert page.index("<h2>今天</h2>") < page.index("<h2>平时留意</h2>")
    assert page.count('<details class="pace" open>') == 1
    assert page.count('<details class="pace" >') == 1


def test_the_heading_says_how_much_there_is_and_how_much_comes_after(monkeypatch: pytest.MonkeyPatch) -> None:
    few, week, gap = [line("今天的")] * 2, [line("这周的")], [line("缺口")]
    group = grouped(monkeypatch, (few, Pace.TODAY), (week, Pace.WEEK))[0]
    assert str(group.heading(1)) == "今天先办这 2 件，往后还有 1 件"
    assert str(group.heading(0)) == "今天先办这 2 件"
    assert str(grouped(monkeypatch, (week, Pace.WEEK))[0].heading(0)) == "今天没有到期的，这一周有 1 件"
    assert str(grouped(monkeypatch, (gap, Pace.WATCH))[0].heading(0)) == "没有急事，有 1 件平时留意"


# A task's reason that tells of lateness: its day is the task's own, which sorts it and is said beside it.
SAID_BY_THE_DAY = re.compile(r"Sentence\(\s*\"[^\"]*(?:已超期 %\(late\)s 天|%\(day\)s\s?(?:到期|截止|前交))")


def test_no_line_of_work_hides_its_day_in_its_reason() -> None:
    """Then a line that is overdue stood among those of the week, in the order in which rooms are asked."""
    sources = {inspect.getsourcefile(source) for source, _pace in queries.TASK_SOURCES}
    texts = {path: Path(path).read_text(encoding="utf-8") for path in sources if path}
    assert [path for path, text in texts.items() if SAID_BY_THE_DAY.search(text)] == []
