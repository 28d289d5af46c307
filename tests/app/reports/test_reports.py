"""A report is counted, checked at the other end, frozen with its rows, and then kept as it is."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.kit.web.queue import JobProblem, Silence
from app.reports import operations
from app.reports.charts import Standing
from app.reports.keeping import tampering
from app.reports.kept import refresh
from app.reports.pairs import Pair
from app.reports.queries import changes
from models.append_only import unprotect, unprotect_when
from models.audit import AuditEvent
from models.cooperation.entry import EntryState, RegisterEntry
from models.employment.difference import Difference, DifferenceKind, Side
from models.employment.spell import EmploymentSpell
from models.event_tags import EventTag
from models.reports.kept_figure import KeptFigure
from models.reports.report import PeriodKind, Report, ReportState
from models.workflow import IllegalTransition, TransitionRefused
from tests.app.reports.scene import LIANGSHAN, ON, Year
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of

PAIR = Pair(FOSHAN, LIANGSHAN)
TODAY = date(2017, 9, 3)


@pytest.fixture
def year(session: Session) -> Year:
    return Year(session)


def drafted(session: Session, year: Year, kind: PeriodKind = PeriodKind.MONTH, today: date = TODAY) -> Report:
    """As the job leaves it."""
    actor = actor_of(session, year.city)
    report = operations.draft(session, actor, PAIR, kind, ON, today)
    session.commit()
    session.expire_all()
    return report


def frozen(session: Session, year: Year, kind: PeriodKind = PeriodKind.MONTH, today: date = TODAY) -> Report:
    """Drafted by the city, checked by the prefecture, frozen by the city."""
    report = drafted(session, year, kind, today)
    operations.advance(session, actor_of(session, year.city), report, "submit")
    operations.advance(session, actor_of(session, year.prefecture), report, "check")
    session.commit()
    operations.carry_out_freeze(session, actor_of(session, year.city), report.id, Silence())
    session.expire_all()
    return report


def test_every_figure_is_what_its_rows_add_up_to(session: Session, year: Year) -> None:
    report = frozen(session, year)
    assert report.state is ReportState.FROZEN
    assert tampering(session, report) == []
    assert len(report.figures) == len(report.definitions) > 25
    value, whole, unknown = report.figures["stayed3"][""]
    assert (value, whole, unknown) == (1, 5, 3)
    by_card = [report.figures[key][""] for key in ("stayed3_card", "stayed3_no_card")]
    assert [sum(part) for part in zip(*by_card, strict=True)] == [1, 5, 3]


def test_a_draft_is_not_yet_reported(
    session: Session, year: Year, sign_in: Callable[..., FlaskClient]
) -> None:
    report = drafted(session, year)
    client = sign_in(year.city)
    assert "1 对还没有报" in client.get("/reports?kind=month&month=2017-08").text
    operations.advance(session, actor_of(session, year.city), report, "submit")
    session.commit()
    assert "都报了" in client.get("/reports?kind=month&month=2017-08").text


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (PeriodKind.QUARTER, date(2017, 7, 1), date(2017, 9, 30)),
        (PeriodKind.YEAR, date(2017, 1, 1), date(2017, 12, 31)),
    ],
)
def test_a_quarter_and_a_year_are_counted_as_of_their_last_day_and_frozen_beside_the_month(
    session: Session, year: Year, kind: PeriodKind, first: date, last: date
) -> None:
    month = frozen(session, year)
    year.works(year.workers[4], "330000", date(2017, 9, 20), level=5)
    session.commit()
    with pytest.raises(TransitionRefused, match="才结束"):
        operations.draft(session, actor_of(session, year.city), PAIR, kind, ON, last)
    session.rollback()
    longer = frozen(session, year, kind, date(2018, 1, 5))
    assert (longer.first_on, longer.on, longer.state) == (first, last, ReportState.FROZEN)
    assert tampering(session, longer) == []
    told = [report.figures["year_elsewhere"][""][0] for report in (month, longer)]
    assert told == [1, 2], "whoever went after the month's last day is in the longer period alone"


def test_who_drafted_never_checks_and_nobody_of_the_same_end_does(session: Session, year: Year) -> None:
    report = drafted(session, year)
    operations.advance(session, actor_of(session, year.city), report, "submit")
    session.commit()
    for user, said in ((year.city, "对方一头"), (year.city2, "对方一头")):
        with pytest.raises(TransitionRefused, match=said):
            operations.advance(session, actor_of(session, user), report, "check")
    operations.advance(session, actor_of(session, year.prefecture), report, "check")
    assert report.checked_by_id == year.prefecture.id


def test_figures_that_changed_after_the_check_are_not_frozen(session: Session, year: Year) -> None:
    report = drafted(session, year)
    operations.advance(session, actor_of(session, year.city), report, "submit")
    operations.advance(session, actor_of(session, year.prefecture), report, "check")
    year.works(year.workers[0], "330000", date(2017, 8, 1), level=5)
    session.commit()
    with pytest.raises(JobProblem, match=r"核对以后数字变了：.*其他地区"):
        operations.carry_out_freeze(session, actor_of(session, year.city), report.id, Silence())
    session.rollback()
    assert session.get_one(Report, report.id).state is ReportState.CHECKED


def test_a_report_over_rows_still_disputed_is_not_handed_over(session: Session, year: Year) -> None:
    report = drafted(session, year)
    session.add(
        Difference(
            kind=DifferenceKind.NOT_ON_ROSTER,
            owner=Side.COUNTY,
            worker_id=year.workers[0].id,
            county_code=ZHAOJUE,
            month=date(2017, 8, 1),
            subject_key="x",
            open_key="x",
            opened_on=ON,
            due_on=ON,
        )
    )
    session.commit()
    with pytest.raises(TransitionRefused, match=r"还有 1 处两头对不上.*昭觉县"):
        operations.advance(session, actor_of(session, year.city), report, "submit")


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2017, 9, 2), "这一期到"), (date(2015, 5, 1), "没有结对关系"), (ON, "已经有第 1 版")],
)
def test_a_period_that_cannot_be_reported_is_refused_with_its_reason(
    session: Session, year: Year, day: date, said: str
) -> None:
    drafted(session, year)
    with pytest.raises(TransitionRefused, match=said):
        operations.draft(session, actor_of(session, year.city), PAIR, PeriodKind.MONTH, day, TODAY)


def test_the_database_itself_refuses_to_change_a_frozen_report(session: Session, year: Year) -> None:
    report = frozen(session, year)
    number = report.id
    for statement in (
        "UPDATE report SET figures = '{}' WHERE id = :id",
        "UPDATE report SET state = 'draft' WHERE id = :id",
        "DELETE FROM report WHERE id = :id",
        "UPDATE frozen_figure SET rows = '[]' WHERE report_id = :id",
        "DELETE FROM frozen_figure WHERE report_id = :id",
    ):
        with pytest.raises(DBAPIError, match=r"frozen|append-only"):
            session.execute(text(statement), {"id": number})
        session.rollback()
    report = session.get_one(Report, number)
    for event in ("recall", "submit", "check", "freeze"):
        with pytest.raises((IllegalTransition, TransitionRefused)):
            operations.advance(session, actor_of(session, year.city), report, event)


def test_a_row_that_an_intruder_changed_is_found(session: Session, year: Year, intruder: Session) -> None:
    report = frozen(session, year)
    number = report.id
    session.commit()
    connection = intruder.connection()
    unprotect(connection, "frozen_figure")
    unprotect_when(connection, "report", "frozen")
    rows = '[["513431",1,"1","counted",1]]'
    intruder.execute(
        text("UPDATE frozen_figure SET rows = :rows WHERE report_id = :id AND key = 'year_home'"),
        {"rows": rows, "id": number},
    )
    intruder.commit()
    session.expire_all()
    said = [str(one) for one in tampering(session, session.get_one(Report, number))]
    assert any("year_home" in one for one in said)
    assert any("审计" in one for one in said)


def test_a_correction_is_a_new_version_that_says_what_differs(session: Session, year: Year) -> None:
    report = frozen(session, year)
    actor = actor_of(session, year.prefecture)
    with pytest.raises(TransitionRefused, match="为什么"):
        operations.correct(session, actor, report, " ")
    year.works(year.workers[0], "330000", date(2017, 8, 1), level=5)
    new = operations.correct(session, actor, report, "布拖补报一人")
    session.commit()
    session.expire_all()
    assert (new.number, new.corrects_id) == (2, report.id)
    told = {one.indicator.key: (one.before, one.after) for one in changes(session, new)}
    assert told["year_elsewhere"] == (1, 2)
    with pytest.raises(TransitionRefused, match="已经有更正版"):
        operations.correct(session, actor, report, "再更正一次")


def test_a_killed_freezing_leaves_no_half(
    session: Session, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = drafted(session, year)
    operations.advance(session, actor_of(session, year.city), report, "submit")
    operations.advance(session, actor_of(session, year.prefecture), report, "check")
    session.commit()

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(operations, "checksum_of", dies)
        with pytest.raises(RuntimeError):
            operations.carry_out_freeze(session, actor_of(session, year.city), report.id, Silence())
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM frozen_figure")) == 0
    operations.carry_out_freeze(session, actor_of(session, year.city), report.id, Silence())
    again = operations.carry_out_freeze(session, actor_of(session, year.city), report.id, Silence())
    session.expire_all()
    assert again == {"checksum": session.get_one(Report, report.id).checksum}
    assert session.scalar(select(func.count()).select_from(EmploymentSpell)) == 8
    assert session.scalar(text("SELECT count(*) FROM frozen_figure")) == len(report.figures)


def test_both_ends_go_through_the_pages_and_the_city_sees_no_small_group(
    session: Session, year: Year, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reports.views.today", lambda: TODAY)
    client = sign_in(year.city)
    assert "还没有报" in client.get("/reports?kind=month&month=2017-08").text
    form = {"pair": PAIR.key, "kind": "month", "on": ON.isoformat()}
    here = client.post("/reports", data=form).location
    page = client.get(here).text
    assert "到结对省就业：当年累计" in page
    assert "少于 10" in page
    for path in ("/figures/year_province", "/print", "?scheme=national"):
        assert client.get(f"{here}{path}").status_code == 200
    listed = client.get(f"{here}/figures/year_province").text
    assert year.workers[0].name in listed  # works in the city's own area
    assert year.workers[3].name not in listed  # works in another city
    assert client.get(f"{here}/workbook").data.startswith(b"PK")
    taken = client.post(f"{here}/figures/year_province/export")
    assert taken.status_code == 303, "a file that names people is taken for a stated purpose"
    said = {"purpose": "inspection", "purpose_word": "核对人数"}
    assert client.post(f"{here}/figures/year_province/export", data=said).data.startswith(b"PK")
    noted = session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.REPORT_EXPORT)).one()
    assert noted.details["purpose"] == "inspection:核对人数"
    assert client.post(f"{here}/step", data={"event": "submit"}).status_code == 303
    assert client.post(f"{here}/step", data={"event": "check"}).status_code == 409
    other = sign_in(year.prefecture)
    assert "少于 10" not in other.get(here).text
    assert other.post(f"{here}/step", data={"event": "check"}).status_code == 303
    assert other.post(f"{here}/step", data={"event": "freeze"}).status_code == 303
    assert "都对得上" in other.get(here).text
    assert other.post(f"{here}/correct", data={"reason": "补报"}).status_code == 303
    what_if = "/reports/definitions?key=year_province&least=2"
    for path in ("/reports/assessment?year=2017", "/reports/told", what_if):
        assert other.get(path).status_code == 200


def test_the_kept_figures_are_those_of_the_report(
    session: Session, year: Year, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reports.chart_views.today", lambda: TODAY)
    monkeypatch.setattr("app.reports.kept.followed_pairs", lambda *_: [PAIR])
    assert refresh(session, ON, months=2) > 0
    written = refresh(session, ON, months=2)
    report = drafted(session, year)
    rows = select(KeptFigure).where(KeptFigure.month == date(2017, 8, 1), KeptFigure.is_earlier.is_(False))
    rows = rows.where(KeptFigure.helper_code == FOSHAN)
    told: dict[str, dict[str, list[int]]] = {}
    for one in session.scalars(rows):
        told.setdefault(one.key, {})[one.county_code] = [one.value, one.whole, one.unknown]
    assert told == report.figures
    assert written == session.scalar(select(func.count()).select_from(KeptFigure))
    assert "现在结对省在岗" in sign_in(year.prefecture).get("/reports/charts").text


def test_the_first_page_says_the_month_and_who_has_not_reported(
    session: Session, year: Year, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.home.views.today", lambda: TODAY)
    monkeypatch.setattr("app.reports.kept.followed_pairs", lambda *_: [PAIR])
    refresh(session, TODAY, months=1)
    for user, small in ((year.city, True), (year.prefecture, False)):
        page = sign_in(user).get("/").text
        assert "人现在结对省在岗" in page
        assert "到稳定（人）" not in page  # whoever arrived and stayed was counted in both of these bars
        assert "按凭据" not in page
        assert "8 月还没有报的" in page
        assert "佛山市—凉山彝族自治州" in page
        assert ('<small class="few">少于 10</small>' in page) is small
    report = drafted(session, year)
    operations.advance(session, actor_of(session, year.city), report, "submit")
    session.commit()
    assert "份报表等你核对" in sign_in(year.prefecture).get("/").text


def test_any_month_since_the_first_pairing_is_reached_by_its_field_and_one_out_of_reach_says_why(
    session: Session, year: Year, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reports.views.today", lambda: date(2026, 11, 30))
    client = sign_in(year.prefecture)
    page = client.get("/reports?month=2017-05").text
    assert 'type="month"' in page
    assert 'max="2026-11"' in page
    assert "截至 2017 年 5 月 31 日" in page
    assert "佛山市—凉山彝族自治州" in page
    assert "截至 2017 年 5 月 31 日" in client.get("/reports?month=2017年5月").text
    for month, said in (("1999-01", "再早没有可以报的"), ("2031-01", "还没有到"), ("去年", "看不懂")):
        assert said in client.get("/reports", query_string={"month": month}).text
    ended = "/reports?kind=month&amp;month=2021-03"
    assert ended in client.get("/reports").text, "a pair that has ended leads to its last month"
    assert "佛山市—凉山彝族自治州" in client.get(ended.replace("&amp;", "&")).text


def test_a_pair_that_ended_within_a_period_reports_it_as_of_its_last_day(
    session: Session, year: Year, sign_in: Callable[..., FlaskClient]
) -> None:
    actor, day = actor_of(session, year.city), date(2021, 8, 1)
    report = operations.begin(session, actor, PAIR, PeriodKind.YEAR, day, date(2026, 11, 30))
    session.commit()
    assert (report.first_on, report.on) == (date(2021, 1, 1), date(2021, 3, 31))
    page = sign_in(year.prefecture).get("/reports?kind=year&month=2021-12").text
    assert f'href="/reports/{report.id}"' in page
    with pytest.raises(TransitionRefused, match="没有结对关系"):
        operations.begin(session, actor, PAIR, PeriodKind.YEAR, date(2022, 1, 1), date(2026, 11, 30))


def test_a_pair_without_a_county_of_the_list_is_told_for_the_whole_prefecture_and_says_so(
    session: Session, year: Year, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, on = Pair(FOSHAN, "522600"), date(2022, 8, 31)
    line = {"register": "meetings", "title": "联席会议", "place_code": "522600", "city_code": FOSHAN}
    session.add(RegisterEntry(**line, held_on=date(2022, 3, 1), state=EntryState.DONE))
    session.commit()
    actor = actor_of(session, year.city)
    report = operations.draft(session, actor, pair, PeriodKind.MONTH, on, date(2022, 9, 3))
    session.commit()
    session.expire_all()
    assert report.figures["meetings"][""] == [1, 1, 0]
    client = sign_in(year.city)
    assert "平台上没有它的劳动力台账" in client.get(f"/reports/{report.id}").text
    monkeypatch.setattr("app.reports.kept.followed_pairs", lambda *_: [pair])
    monkeypatch.setattr("app.reports.chart_views.today", lambda: on)
    refresh(session, on, months=1)
    assert "佛山市—黔东南" in client.get("/reports/charts").text, "its figures are kept for the charts, too"


def test_each_step_from_going_to_staying_is_told_of_its_own_denominator() -> None:
    standing = Standing(
        PAIR, "一对", now=30, plan=None, earlier=None, went=40, stayed=(6, 12, 4), new=25, stayed6=(0, 0, 0)
    )
    told = [(step.reached, step.whole, step.unknown, step.share) for step in standing.steps]
    assert told == [
        (25, 40, 0, Fraction(5, 8)),
        (30, 40, 0, Fraction(3, 4)),
        (6, 12, 4, Fraction(3, 4)),
        (0, 0, 0, None),
    ]


@pytest.mark.parametrize(
    ("stayed", "names_nobody"),
    [
        ((20, 40, 10), True),
        ((0, 40, 10), True),
        ((7, 24, 12), False),  # few stayed
        ((0, 16, 10), False),  # of few it is known
        ((20, 40, 4), False),  # few are unknown
        ((35, 40, 0), False),  # few left: what is told minus what is told
    ],
)
def test_a_step_that_would_tell_a_small_group_is_hidden_from_who_may_not_see_it(
    stayed: tuple[int, int, int], names_nobody: bool
) -> None:
    standing = Standing(PAIR, "一对", now=0, plan=None, earlier=None, went=0, stayed=stayed)
    assert standing.three_months.names_nobody is names_nobody
