"""Every shipped figure equals an independent recount by plain SQL, and opens to rows that say what."""

from datetime import date

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.reports.counting import ManyDays, count, count_all
from app.reports.pairs import Pair
from app.reports.rows import told_lines
from models.reports.indicator import indicators_on
from models.reports.standard_indicators import STANDARD
from tests.app.reports.recount import CELLS, RECOUNT, told_by_sql
from tests.app.reports.scene import LIANGSHAN, ON, Year
from tests.app.reports.whole_year import whole_year
from tests.factories.people import FOSHAN, actor_of

PAIR = Pair(FOSHAN, LIANGSHAN)


def test_an_independent_recount_by_plain_sql_equals_every_figure(session: Session) -> None:
    year = whole_year(session)
    figures = {one.indicator.key: one.cells[""] for one in count_all(session, PAIR, ON)}
    assert figures.keys() == RECOUNT.keys() == {one.key for one in STANDARD}
    by_sql = {key: told_by_sql(session, key, PAIR, ON) for key in RECOUNT}
    assert {key: cell[0] for key, cell in figures.items()} == by_sql
    shown = {key: value for key, value in by_sql.items() if key != "stayed3_no_card"}
    assert min(shown.values()) > 0, "a figure of nothing shows nothing"
    assert {key: figures[key] for key in CELLS} == CELLS
    reader = actor_of(session, year.prefecture)
    for indicator in indicators_on(session, ON):
        assert not indicator.is_typed, indicator.key
        counted = count(session, PAIR, ON, indicator)
        lines = told_lines(session, reader, counted.subject, counted.rows)
        assert lines, indicator.key
        assert all(one.name and (one.what or counted.subject == "worker") for one in lines), indicator.key


def test_a_statement_built_for_many_days_counts_each_as_one_built_for_it_alone(session: Session) -> None:
    whole_year(session)
    figures = {pair: ManyDays(session, pair) for pair in (PAIR, Pair(FOSHAN, "522700"))}
    days = (ON, date(2017, 1, 1), date(2016, 12, 31), date(2018, 3, 1), date(2017, 2, 28), date(2021, 6, 1))
    told = 0
    for pair, many in figures.items():
        for day in days:
            alone = list(count_all(session, pair, day))
            assert list(many.count_all(day)) == alone, day
            told += sum(bool(one.rows) for one in alone)
    assert told > len(days)
    assert len(figures[PAIR]._built) <= len(days) * len(STANDARD) / 2


def test_all_figures_of_a_day_read_the_pairings_together(session: Session) -> None:
    Year(session)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        figures = list(count_all(session, PAIR, ON))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(figures) > 30
    of_days = [one for one in asked if "FROM pairing" in one.replace("\n", " ") and "substr" not in one]
    assert len(of_days) <= 2
