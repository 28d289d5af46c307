"""Every telephone is kept with whose it is, and somebody else's is never the person's own."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models.access import Role
from models.people.household import Household
from models.people.intake import ImportBatch
from models.people.phone import Phone
from models.people.worker import Worker
from tests.app.workers.conftest import typed
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import make_enterprise, make_order, make_placement, make_user, make_worker

Batches = Callable[..., ImportBatch]
FATHERS = "13870561489(他爸)"
OF_FATHER = Phone("13870561489", "父亲")


def only(session: Session) -> Worker:
    session.expire_all()
    return session.scalars(select(Worker)).one()


def test_the_fathers_number_is_not_the_persons_own(
    bring_in: Batches,
    client: FlaskClient,
    session: Session,
) -> None:
    bring_in(roster(person("吉克阿牛", 联系电话=FATHERS)))
    worker = only(session)
    assert (worker.phone, worker.phone_digest, worker.phone_last4) == (None, None, "")
    assert worker.telephones == [OF_FATHER]
    for url in ("/workers", f"/workers/{worker.id}"):
        assert "父亲的电话，尾号 1489" in client.get(url).text
    assert "13870561489" not in client.get(f"/workers/{worker.id}").text
    whole = client.post(
        f"/workers/{worker.id}/reveal", data={"purpose": "service", "purpose_word": "打电话"}
    ).text
    assert 'href="tel:13870561489"' in whole
    assert "父亲的电话" in whole
    assert client.get("/workers?phone=none").text.count("吉克阿牛") == 0


def test_no_number_of_a_cell_is_lost(bring_in: Batches, session: Session) -> None:
    number = "13812345678、13912345678，0834-7221234（家里）/13870561489（他爸）"
    batch = bring_in(roster(person("吉克阿牛", 联系电话=number)))
    worker = only(session)
    assert [one.number for one in worker.telephones] == [
        "13812345678",
        "13912345678",
        "0834-7221234",
        OF_FATHER.number,
    ]
    assert [one.owner for one in worker.telephones] == ["", "", "家里", "父亲"]
    assert (worker.phone, worker.phone_last4) == ("13812345678", "5678")
    assert batch.counts.get("doubts", 0) == 0


def test_a_number_beside_the_persons_own_name_is_their_own(
    bring_in: Batches,
    send: Batches,
    session: Session,
) -> None:
    row = person("吉克·阿牛", 联系电话="13812345678(吉克阿牛)")
    bring_in(roster(row))
    assert only(session).phone == "13812345678"
    assert send(roster(row)).counts["unchanged"] == 1


def test_a_number_that_could_not_be_read_is_told(send: Batches, client: FlaskClient) -> None:
    batch = send(roster(person("吉克阿牛", 联系电话="13812345678、1391234")))
    assert "这一格里有一部分不是电话号码" in client.get(f"/imports/{batch.id}?tab=doubts").text


def test_a_sheet_with_fewer_numbers_takes_none_away_and_an_undo_gives_back(
    bring_in: Batches,
    send: Batches,
    client: FlaskClient,
    session: Session,
) -> None:
    row = person("吉克阿牛", 联系电话="13812345678、" + FATHERS)
    bring_in(roster(row))
    assert send(roster(row | {"联系电话": "13870561489"})).counts["unchanged"] == 1
    later = bring_in(roster(row | {"联系电话": "13900001111"}), "后来.csv")
    assert only(session).telephones == [Phone("13900001111"), OF_FATHER]
    assert "…1489（父亲）" in client.get(f"/imports/{later.id}?tab=changed").text
    client.post(f"/imports/{later.id}/undo", data={"reason": "导错了"})
    assert only(session).telephones == [Phone("13812345678"), OF_FATHER]


def test_telephones_go_out_and_come_in_again_unchanged(
    bring_in: Batches,
    send: Batches,
    client: FlaskClient,
    session: Session,
) -> None:
    numbers = {
        "联系电话": "13812345678、0834-7221234转801、" + FATHERS,
        "户联系电话": "母亲13911112222、7221234",
    }
    bring_in(roster(person("吉克阿牛", **numbers), extra=("户联系电话",)))
    kept = only(session).telephones
    assert session.scalars(select(Household)).one().telephones == [
        Phone("13911112222", "母亲"),
        Phone("7221234"),
    ]
    answer = client.post("/workers/exports", data={"purpose": "service", "purpose_word": "核对"})
    content = client.get(f"{answer.location}/file").data
    cells = [str(cell) for row in openpyxl.load_workbook(BytesIO(content)).active.values for cell in row]
    assert "13812345678、0834-7221234转801、13870561489（父亲）" in cells
    assert "13911112222（母亲）、7221234" in cells
    batch = send(content, "导出.xlsx")
    assert (batch.counts["unchanged"], batch.counts["changed"]) == (1, 0)
    assert only(session).telephones == kept


def test_the_form_takes_several_numbers_and_says_whose_are_kept(
    county: FlaskClient, session: Session
) -> None:
    county.post("/workers/new", data=typed(phone="13812345678，" + FATHERS, household_phone="0834-7221234"))
    worker = only(session)
    assert worker.telephones == [Phone("13812345678"), OF_FATHER]
    assert worker.household.telephones == [Phone("0834-7221234")]
    page = county.get(f"/workers/{worker.id}/edit").text
    assert "…5678、…1489（父亲）" in page
    assert "13870561489" not in page
    county.post(f"/workers/{worker.id}/edit", data=typed(id_number="", phone="", version=worker.version))
    assert only(session).telephones == [Phone("13812345678"), OF_FATHER]
    bad = typed(id_number="", phone="13812345678、12", version=worker.version)
    refused = county.post(f"/workers/{worker.id}/edit", data=bad)
    assert "这一格里有一部分不是电话号码" in refused.text
    county.post(
        f"/workers/{worker.id}/edit",
        data=typed(id_number="", phone="", remove_phone="y", version=only(session).version),
    )
    assert only(session).telephones == []


def test_whoever_calls_is_told_whose_telephone_it_is_and_an_enterprise_sees_the_own_one_only(
    county: FlaskClient, session: Session, sign_in: Any
) -> None:
    worker = make_worker(session, phone="13812345678")
    worker.telephones = [Phone("13812345678"), OF_FATHER]
    factory = make_enterprise(session)
    placement = make_placement(session, make_order(session, factory), worker)
    session.commit()
    assert "父亲的电话，尾号 1489" in county.get(f"/placements/{placement.id}").text
    county.post(f"/placements/{placement.id}/answer", data={"answer": "accept", "channel": "phone"})
    theirs = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=factory.id))
    seen = theirs.get(f"/placements/{placement.id}")
    assert "13812345678" in seen.text
    assert "父亲" not in seen.text
    assert "尾号 1489" not in seen.text


def test_erasing_leaves_no_telephone(county: FlaskClient, session: Session) -> None:
    county.post("/workers/new", data=typed(phone=FATHERS))
    worker = only(session)
    county.post(f"/workers/{worker.id}/erase", data={"reason": "本人要求"})
    assert session.scalar(select(func.count()).where(Worker.phones.is_not(None))) == 0


def test_telephones_are_sealed_in_the_database(county: FlaskClient, session: Session) -> None:
    county.post("/workers/new", data=typed(phone=FATHERS))
    kept = session.execute(text("SELECT phones FROM worker")).scalar_one()
    assert b"1387056" not in bytes(kept)


@pytest.mark.parametrize("typed_number", ["＋86 138 1234 5678", "138-1234-5678", "１３８１２３４５６７８"])
def test_a_form_for_one_mobile_number_reads_it_as_a_sheet_does(typed_number: str, app: Any) -> None:
    from wtforms import StringField

    from app.kit.web.fields import Form, phone_number

    class OneForm(Form):
        phone = StringField(validators=[phone_number])

    with app.test_request_context(method="POST", data={"phone": typed_number}):
        form = OneForm(meta={"csrf": False})
        assert form.validate()
        assert form.phone.data == "13812345678"
