"""What leaves the register: numbers, files, one person's record; what comes back; what is wiped."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.hidden import EVERYTHING
from app.kit.files.spreadsheet import open_workbook
from app.workers.exports.commands import export_workers
from app.workers.intake.operations import send_file
from app.workers.roster.fields import TEMPLATE_FIELDS
from models.audit import AuditEvent
from models.people.intake import BatchState, ImportBatch
from models.people.worker import Worker, WorkerExport
from models.placement.placement import PlacementState
from tests.app.workers.conftest import typed
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_order, make_placement, make_worker
from tests.trust.leaks import leaks

WHY = {"purpose": "service", "purpose_word": "通知面试"}


def events(session: Session, tag: str) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id)))


def first_sheet(content: bytes) -> list[list[Any]]:
    with open_workbook(content) as book:
        return [row.cells for row in book.sheets[0].rows()]


def test_a_whole_number_is_shown_once_and_the_audit_says_what_for(
    county: FlaskClient, session: Session
) -> None:
    worker = make_worker(session)
    url = f"/workers/{worker.id}/reveal"
    assert worker.id_number not in county.post(url, data={"purpose": " "}, follow_redirects=True).text
    page = county.post(url, data=WHY | {"once": "a"}).text
    assert worker.id_number in page
    assert worker.phone in page
    again = county.post(url, data=WHY | {"once": "a"})
    assert again.status_code == 303
    (event,) = events(session, "worker:reveal")
    assert event.details == {"purpose": "service:通知面试"}
    assert worker.id_number not in event.payload
    assert "通知面试" in county.get(f"/workers/{worker.id}").text


def test_the_template_has_the_columns_of_the_export_and_the_townships(county: FlaskClient) -> None:
    content = county.get("/workers/template").data
    (headings,) = first_sheet(content)
    assert headings == [field.label for field in TEMPLATE_FIELDS]
    with open_workbook(content, EVERYTHING) as book:  # the lists stand on a hidden sheet
        lists = [row.cells for sheet in book.sheets[1:] for row in sheet.rows()]
    assert any("新城镇" in cells for cells in lists)


def fill_register(county: FlaskClient, session: Session) -> None:
    county.post(
        "/workers/new", data=typed(note="=SUM(A1) 照旧", companions="+妻子", available_on="2026-03-01")
    )
    county.post(
        "/workers/new",
        data=typed(
            name="吉木·阿牛",
            phone="",
            household_code="513431000001",
            relation="配偶",
            wishes="",
            cities=None,
            education_text="",
            school_status="",
            mandarin="",
            wage_floor_yuan="",
            willing="",
            health_text="残疾",
        ),
    )
    make_worker(session, name="别县的人", county_code=BUTUO)


def test_the_export_imports_again_without_a_change(
    county: FlaskClient, session: Session, officer: Any
) -> None:
    fill_register(county, session)
    answer = county.post("/workers/exports", data=WHY)
    wanted = session.scalar(select(WorkerExport))
    assert "2 人的表已经做好" in county.get(answer.location).text
    content = county.get(f"{answer.location}/file").data
    rows = first_sheet(content)
    assert [row[rows[0].index("姓名")] for row in rows[1:]] == ["阿说尔布", "吉木·阿牛"]
    assert rows[1][rows[0].index("备注")] == "=SUM(A1) 照旧"
    assert {event.details.get("rows") for event in events(session, "worker:export")} == {None, 2}
    send_file(session, actor_of(session, officer), ZHAOJUE, "again.xlsx", content)
    session.commit()
    batch = session.scalar(select(ImportBatch).execution_options(populate_existing=True))
    assert batch.state is BatchState.PREVIEWED, batch.problem
    assert {key: batch.counts.get(key, 0) for key in ("new", "changed", "unchanged", "refused")} == {
        "new": 0,
        "changed": 0,
        "unchanged": 2,
        "refused": 0,
    }
    assert wanted.user_id == officer.id


def test_an_export_keeps_to_the_search_and_to_its_asker(
    county: FlaskClient, session: Session, sign_in: Any
) -> None:
    fill_register(county, session)
    assert "请写明用途" in county.post("/workers/exports", data={}, follow_redirects=True).text
    answer = county.post("/workers/exports", data=WHY | {"q": "吉木"})
    assert len(first_sheet(county.get(f"{answer.location}/file").data)) == 2
    from models.access import Role
    from tests.factories.people import make_user

    colleague = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert colleague.get(answer.location).status_code == 404
    assert colleague.get(f"{answer.location}/file").status_code == 404


@pytest.mark.parametrize("typed", ["number", "telephone", "both", "spaced"])
def test_a_number_that_was_searched_for_lies_nowhere_in_the_clear_after_an_export(
    county: FlaskClient, session: Session, typed: str
) -> None:
    worker = make_worker(session, name="吉克·阿牛", phone="13800004321")
    number = worker.id_number or ""
    query = {
        "number": number,
        "telephone": "13800004321",
        "both": f"阿牛 {number} 13800004321",
        "spaced": f"{number[:6]} {number[6:14]} {number[14:]}",
    }[typed]
    answer = county.post("/workers/exports", data=WHY | {"q": query})
    assert len(first_sheet(county.get(f"{answer.location}/file").data)) == 2
    session.expire_all()
    kept = json.dumps(session.scalars(select(WorkerExport.filters)).all())
    told = "".join(event.payload for event in events(session, "worker:export"))
    for place in (kept, told):
        assert leaks(place.replace(" ", "").encode(), [number, "13800004321"]) == set()
    assert number[-4:] in told or "4321" in told


def test_the_page_of_an_export_leads_back_to_its_search(county: FlaskClient, session: Session) -> None:
    make_worker(session, name="吉克·阿牛")
    answer = county.post("/workers/exports", data=WHY | {"q": "阿牛", "state": "pool"})
    assert "/workers?q=%E9%98%BF%E7%89%9B&amp;state=pool" in county.get(answer.location).text


def test_the_command_line_exports_one_county(app: Flask, session: Session, tmp_path: Path) -> None:
    worker = make_worker(session)
    make_worker(session, name="别县的人", county_code=BUTUO)
    target = tmp_path / "out.xlsx"
    result = app.test_cli_runner().invoke(
        export_workers, [str(target), "--county", ZHAOJUE, "--purpose", "quality"]
    )
    assert json.loads(result.output.splitlines()[-1])["rows"] == 1
    rows = first_sheet(target.read_bytes())
    assert rows[1][rows[0].index("证件号码")] == worker.id_number


def test_one_persons_record_is_handed_out_whole(county: FlaskClient, session: Session) -> None:
    worker = make_worker(session)
    make_placement(session, make_order(session, title="缝纫工"), worker)
    url = f"/workers/{worker.id}/data"
    whole = json.loads(county.post(url, data=WHY | {"format": "json"}).data)
    assert whole["person"]["id_number"] == worker.id_number
    assert whole["placements"][0]["order"] == "缝纫工"
    assert whole["history"]
    facts = dict(first_sheet(county.post(url, data=WHY | {"format": "xlsx"}).data)[1:])
    assert facts["证件号码"] == worker.id_number
    assert facts["状态"] == "待岗"
    assert len(events(session, "worker:own_data")) == 2


def test_erasing_wipes_the_person_and_leaves_the_statistics(county: FlaskClient, session: Session) -> None:
    county.post("/workers/new", data=typed())
    worker = session.scalar(select(Worker))
    number, phone, digest = worker.id_number, worker.phone, worker.id_digest
    county.post(f"/workers/{worker.id}/erase", data={"reason": "本人要求"})
    session.expire_all()
    assert worker.erased_at
    assert worker.state.value == "closed"
    assert (worker.id_number, worker.phone, worker.household_id, worker.wishes) == (None, None, None, [])
    assert worker.id_digest != digest
    assert worker.birth_date.year == 1992
    page = county.get(f"/workers/{worker.id}").text
    assert "已于" in page
    assert number not in page
    assert phone not in page
    assert "阿说尔布" not in county.get("/workers").text
    assert events(session, "worker:erase")[0].details == {"reason": "本人要求"}
    assert county.post("/workers/new", data=typed(id_number=number)).status_code == 303


def test_nobody_is_erased_who_has_a_place(county: FlaskClient, session: Session) -> None:
    worker = make_worker(session)
    make_placement(session, make_order(session), worker, state=PlacementState.HIRED)
    answer = county.post(f"/workers/{worker.id}/erase", data={"reason": "本人要求"})
    assert answer.status_code == 409
    assert "先办完再清除" in answer.text
    session.expire_all()
    assert worker.id_number
