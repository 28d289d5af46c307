"""Money, meetings and projects in a report are counted from the cooperation's ledger and registers."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.reports.counting import count, count_all
from app.reports.pairs import Pair
from app.reports.rows import told_lines
from models.cooperation.entry import EntryState, RegisterEntry
from models.cooperation.fund import FundItem, FundItemKind, FundPosting, FundPurpose, FundStep
from models.reports.indicator import indicators_on
from tests.app.reports.scene import LIANGSHAN, ON, Year
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, actor_of

PAIR = Pair(FOSHAN, LIANGSHAN)
SHENZHEN = "440300"
KEYS = ("funds_arrived", "funds_allocated", "funds_paid", "meetings", "projects_accepted")


def posted(step: FundStep, fen: int, day: date, county: str = ZHAOJUE, **more: object) -> FundPosting:
    share = fen * 3 // 10
    return FundPosting(
        step=step,
        year=day.year,
        county_code=county,
        amount_fen=fen,
        province_fen=share,
        city_fen=fen - share,
        posted_on=day,
        **more,
    )


def line(register: str, state: EntryState, day: date, **more: object) -> RegisterEntry:
    values = {"place_code": ZHAOJUE, "city_code": FOSHAN, "title": "第一次", "held_on": day} | more
    return RegisterEntry(register=register, state=state, **values)


@pytest.fixture
def told(session: Session) -> Year:
    year = Year(session)
    item = FundItem(
        county_code=ZHAOJUE,
        year=2017,
        kind=FundItemKind.PROJECT,
        purpose=FundPurpose.PROJECT,
        name="危房改造",
    )
    session.add(item)
    session.flush()
    june, step = date(2017, 6, 1), FundStep
    accepted = {"due_on": date(2017, 8, 1), "state_since": datetime(2017, 7, 1, tzinfo=UTC)}
    late = accepted | {"state_since": datetime(2017, 8, 31, 17, tzinfo=UTC)}
    session.add_all(
        [
            posted(step.APPROPRIATE, 1000_00, june, payer_code=FOSHAN, document="粤财1号"),
            posted(step.APPROPRIATE, 50_00, june, BUTUO, payer_code=FOSHAN, document="粤财2号"),
            posted(step.APPROPRIATE, 7_00, june, payer_code=SHENZHEN, document="粤财3号"),
            posted(step.APPROPRIATE, 9_00, date(2016, 12, 31), payer_code=FOSHAN, document="粤财4号"),
            posted(step.APPROPRIATE, 8_00, date(2017, 9, 1), payer_code=FOSHAN, document="粤财5号"),
            posted(step.ALLOCATE, 600_00, june, item_id=item.id),
            posted(step.TAKE_BACK, 100_00, june, item_id=item.id),
            posted(step.PAY, 300_00, june, item_id=item.id),
            posted(step.REVERSE, 20_00, june, item_id=item.id),
            posted(step.SUBSIDY, 11_00, june, item_id=item.id),
            posted(step.SUBSIDY_BACK, 1_00, june, item_id=item.id),
            line("meetings", EntryState.DONE, june),
            line("visits", EntryState.ACCEPTED, june, place_code=LIANGSHAN),
            line("meetings", EntryState.PLANNED, june),
            line("meetings", EntryState.CANCELLED, june),
            line("meetings", EntryState.DONE, date(2016, 6, 1)),
            line("meetings", EntryState.DONE, june, city_code=SHENZHEN),
            line("inspections", EntryState.DONE, june),
            line("projects", EntryState.ACCEPTED, june, **accepted),
            line("projects", EntryState.ACCEPTED, june, **late),
            line("projects", EntryState.DONE, june, due_on=date(2017, 8, 1)),
        ]
    )
    session.commit()
    return year


# Written without the application's queries: what each figure has to be, by plain SQL.
_MONEY = "FROM fund_posting WHERE county_code LIKE '5134%' AND posted_on >= :since AND posted_on <= :on"
_LINES = "FROM register_entry WHERE place_code LIKE '5134%' AND city_code = '440600'"
RECOUNT = {
    "funds_arrived": f"SELECT sum(amount_fen) {_MONEY} AND step = 'appropriate' AND payer_code = '440600'",
    "funds_allocated": "SELECT sum(CASE step WHEN 'allocate' THEN amount_fen "
    f"WHEN 'take_back' THEN -amount_fen ELSE 0 END) {_MONEY}",
    "funds_paid": "SELECT sum(CASE WHEN step IN ('pay', 'subsidy') THEN amount_fen "
    f"WHEN step IN ('reverse', 'subsidy_back') THEN -amount_fen ELSE 0 END) {_MONEY}",
    "meetings": f"SELECT count(*) {_LINES} AND register IN ('meetings', 'visits') "
    "AND state IN ('entry_done', 'entry_accepted') AND held_on >= :since AND held_on <= :on",
    "projects_accepted": f"SELECT count(*) {_LINES} AND register = 'projects' AND state = 'entry_accepted' "
    "AND state_since < :after AND due_on >= :since AND held_on <= :on",
}
CELLS = {
    "funds_arrived": [1050_00, 1050_00, 0],
    "funds_allocated": [500_00, 500_00, 0],
    "funds_paid": [290_00, 290_00, 0],
    "meetings": [2, 3, 1],
    "projects_accepted": [1, 3, 0],
}


@pytest.mark.parametrize("key", KEYS)
def test_a_figure_of_the_cooperation_is_counted_and_equals_a_recount_by_plain_sql(
    session: Session, told: Year, key: str
) -> None:
    (indicator,) = [one for one in indicators_on(session, ON) if one.key == key]
    assert not indicator.is_typed
    counted = count(session, PAIR, ON, indicator)
    after = datetime(2017, 8, 31, 16, tzinfo=UTC)
    days: dict[str, object] = {"on": ON, "since": date(2017, 1, 1), "after": after}
    if session.get_bind().dialect.name == "sqlite":
        days = {"on": str(ON), "since": "2017-01-01", "after": "2017-08-31 16:00:00.000000"}
    named = {name: value for name, value in days.items() if f":{name}" in RECOUNT[key]}
    assert session.scalar(text(RECOUNT[key]), named) == counted.cells[""][0]
    assert counted.cells[""] == CELLS[key]
    lines = told_lines(session, actor_of(session, told.prefecture), indicator, counted.rows)
    assert lines
    assert all(one.what for one in lines)


def test_all_figures_of_a_day_read_the_pairings_together(session: Session, told: Year) -> None:
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
    assert sum("FROM pairing" in one.replace("\n", " ") for one in asked) <= 2
