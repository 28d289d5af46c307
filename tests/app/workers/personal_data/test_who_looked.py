"""The person and the office read who looked at the data: who, of which office, when, at what, what for."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import openings
from app.workers.exports.commands import export_workers
from app.workers.personal_data.queries.who_looked import looks_at
from models.access import Role
from models.clock import utc_now
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker

Enter = Callable[..., FlaskClient]


def test_the_person_and_the_office_read_who_looked_and_what_for(session: Session, sign_in: Enter) -> None:
    worker, other = make_worker(session), make_worker(session, name="别人")
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    person = sign_in(make_user(session, Role.WORKER, worker_id=worker.id))
    county = sign_in(clerk)
    for number, word in ((worker.id, "通知面试"), (other.id, "给别人打电话")):
        county.post(f"/workers/{number}/reveal", data={"purpose": "contact", "purpose_word": word})
    for page in (person.get("/my/profile/looks").text, county.get(f"/workers/{worker.id}").text):
        assert "联系本人：通知面试" in page
        assert clerk.name in page
        assert "昭觉县县级经办" in page
        assert "看了完整号码" in page
        assert "给别人打电话" not in page
        assert worker.id_number not in page


def test_one_account_opens_the_numbers_of_so_many_people_a_day(
    app: Flask, session: Session, sign_in: Enter, monkeypatch
) -> None:
    """Sixty were opened by a script in six seconds."""
    monkeypatch.setitem(app.config, "NUMBERS_OPENED_A_DAY", 2)
    people = [make_worker(session) for _ in range(3)]
    clerk, colleague = (sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)) for _ in range(2))
    said = {"purpose": "contact", "purpose_word": ""}
    assert clerk.post(f"/workers/{people[0].id}/reveal", data=said).status_code == 200
    assert clerk.post(f"/workers/{people[1].id}/data", data=said).status_code == 200
    for way in ("reveal", "data"):
        answer = clerk.post(f"/workers/{people[2].id}/{way}", data=said)
        assert answer.status_code == 409
        assert people[2].id_number not in answer.text
    assert "今天不能再开" in answer.text
    assert colleague.post(f"/workers/{people[2].id}/reveal", data=said).status_code == 200
    assert len(looks_at(session, people[2])) == 1


@pytest.mark.parametrize("role", [Role.PREFECTURE, Role.AUDITOR])
def test_who_does_not_keep_the_register_reads_health_for_a_purpose_only(
    session: Session, sign_in: Enter, role: Role
) -> None:
    worker = make_worker(session)
    worker.health_text, worker.labour_capacity, worker.note = "长期慢性病", "弱劳动力", "常年吃药"
    session.commit()
    reader = sign_in(make_user(session, role, area_code="513400"))
    page = reader.get(f"/workers/{worker.id}").text
    assert worker.name in page
    for told in ("长期慢性病", "弱劳动力", "常年吃药"):
        assert told not in page
        assert (
            told
            in sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)).get(f"/workers/{worker.id}").text
        )
    path = f"/workers/{worker.id}/health"
    assert reader.post(path, data={"purpose": "", "purpose_word": ""}).status_code == 303
    opened = reader.post(path, data={"purpose": "inspection", "purpose_word": "核实举报"})
    assert (opened.status_code, "长期慢性病" in opened.text) == (200, True)
    told = [(str(look.what), str(look.purpose)) for look in looks_at(session, worker)]
    assert ("看了健康情况", "检查、审计、核实举报：核实举报") in told


def test_a_register_taken_as_a_file_is_among_the_looks(
    app: Flask, session: Session, sign_in: Enter, tmp_path
) -> None:
    worker = make_worker(session)
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    county.post("/workers/exports", data={"purpose": "inspection", "purpose_word": "年底核查"})
    command = [str(tmp_path / "out.xlsx"), "--county", ZHAOJUE, "--purpose", "other"]
    assert app.test_cli_runner().invoke(export_workers, command).exit_code == 1  # other: say what
    assert app.test_cli_runner().invoke(export_workers, [*command, "--word", "移交档案"]).exit_code == 0
    told = [(str(look.office), str(look.purpose)) for look in looks_at(session, worker)]
    assert ("系统管理员用命令", "其他（请写明）：移交档案") in told
    assert {purpose for _office, purpose in told} == {
        "其他（请写明）：移交档案",
        "检查、审计、核实举报：年底核查",
    }


def test_a_supervisor_who_opened_the_lists_is_among_the_looks_of_all_who_stood_in_them(
    session: Session,
) -> None:
    """Of the own prefecture and of the province; not of another prefecture, nor before there was anybody."""
    own, other, province = (
        make_user(session, role, area_code=code)
        for role, code in (
            (Role.PREFECTURE, "513400"),
            (Role.PREFECTURE, "513300"),
            (Role.PROVINCE, "440000"),
        )
    )
    openings.open_people(session, actor_of(session, own), "audit", utc_now())  # nobody is registered yet
    session.commit()
    worker = make_worker(session)
    session.commit()
    for supervisor in (own, other, province):
        openings.open_people(session, actor_of(session, supervisor), "audit", utc_now())
        session.commit()
    told = [(look.who, str(look.office), str(look.what)) for look in looks_at(session, worker)]
    assert [who for who, _office, _what in told] == [province.name, own.name]
    assert {what for _who, _office, what in told} == {"打开了个人名单，本人可能在里面"}
