"""One report through its whole life on the pages: returned by the other end, counted anew, checked, frozen,
then put right by a version that shows what differs."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.reports.keeping import tampering
from app.reports.pairs import Pair
from models.reports.report import Report, ReportState
from tests.app.reports.scene import LIANGSHAN, ON, Year
from tests.factories.people import FOSHAN

PAIR = Pair(FOSHAN, LIANGSHAN)


def test_a_report_is_returned_put_right_frozen_and_corrected_by_a_version_that_shows_the_difference(
    session: Session, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    year = Year(session)
    monkeypatch.setattr("app.reports.views.today", lambda: date(2017, 9, 3))
    city, prefecture = sign_in(year.city), sign_in(year.prefecture)
    form = {"pair": PAIR.key, "kind": "month", "on": ON.isoformat()}
    here = city.post("/reports", data=form).location
    assert city.post(f"{here}/step", data={"event": "submit"}).status_code == 303
    assert "份报表等你核对" in prefecture.get("/").text
    unsaid = prefecture.post(f"{here}/step", data={"event": "return", "reason": " "})
    assert "请写明理由" in unsaid.text
    why = "少报了去浙江的一个人"
    assert prefecture.post(f"{here}/step", data={"event": "return", "reason": why}).status_code == 303
    waits = city.get("/").text
    assert "份报表被对方退回，等你改" in waits
    assert why in waits
    assert why in city.get(here).text, "the report's own page tells why it came back"
    # Put right at its source, counted anew, and handed over again.
    year.works(year.workers[0], "330000", date(2017, 8, 1), level=5)
    session.commit()
    assert city.post(f"{here}/recount").status_code == 303
    assert city.post(f"{here}/step", data={"event": "submit"}).status_code == 303
    assert "份报表被对方退回" not in city.get("/").text
    assert prefecture.post(f"{here}/step", data={"event": "check"}).status_code == 303
    assert "可以封存" in city.get("/").text
    assert city.post(f"{here}/step", data={"event": "freeze"}).status_code == 303
    session.expire_all()
    first = session.get_one(Report, int(here.rsplit("/", 1)[1]))
    assert (first.state, first.figures["year_elsewhere"][""][0]) == (ReportState.FROZEN, 2)
    # Nobody changes it; a later finding makes a second version, and that one says what differs.
    assert city.post(f"{here}/recount").status_code == 409
    for event in ("recall", "submit", "return"):
        answer = city.post(f"{here}/step", data={"event": event, "reason": "再改"})
        assert answer.status_code in (403, 409)
    year.works(year.workers[1], "330000", date(2017, 8, 2), level=5)
    session.commit()
    told = {"reason": "县里补报一人"}
    second = prefecture.post(f"{here}/correct", data=told).location
    page = prefecture.get(second).text
    assert "和第 1 版的差别" in page
    assert told["reason"] in page
    assert "其他地区" in page
    assert prefecture.post(f"{second}/step", data={"event": "submit"}).status_code == 303
    assert city.post(f"{second}/step", data={"event": "check"}).status_code == 303
    assert prefecture.post(f"{second}/step", data={"event": "freeze"}).status_code == 303
    session.expire_all()
    assert first.figures["year_elsewhere"][""][0] == 2, "the first version stays as it was frozen"
    newest = session.get_one(Report, int(second.rsplit("/", 1)[1]))
    assert (newest.number, newest.figures["year_elsewhere"][""][0]) == (2, 3)
    assert [tampering(session, one) for one in (first, newest)] == [[], []]
    assert "已经有更正版" in prefecture.post(f"{here}/correct", data=told).text
    listed = city.get("/reports?month=2017-08").text
    assert second in listed
    assert f'href="{here}"' not in listed, "the list leads to the newest version"
