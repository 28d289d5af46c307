"""An enterprise or school is corrected, moved, and made one of two that are the same."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.operations import give
from app.reference.organisations import operations
from app.reference.organisations.references import TABLE_LABELS, references
from models.access import Grant, Role
from models.audit import AuditEvent
from models.base import Base
from models.care import Care, CareKind, CareNote
from models.clock import today, utc_now
from models.i18n import Refusal
from models.reference.occupation_word import OccupationWord, organisation_unit
from models.reference.organisation import Organisation
from models.training.training_order import TrainingBid
from models.user import User
from tests.factories.people import FOSHAN, actor_of, make_enterprise, make_order, make_user
from tests.factories.training import make_school, make_training_order

GUANGZHOU = "440100"
OTHER_CODE = "91440605MA4UXM0K1N"
CODE = "91440605MA4UXM0K0K"


@pytest.fixture
def admin(session: Session) -> User:
    return make_user(session, Role.ADMIN)


@pytest.fixture
def client(admin: User, sign_in) -> FlaskClient:
    return sign_in(admin)


def sent(row: Organisation, **values: str) -> dict[str, str]:
    kept = {name: getattr(row, name) or "" for name in ("name", "area_code", "address", "industry")}
    return kept | {"kind": row.kind.value, "credit_code": CODE, "reason": "营业执照"} | values


def test_an_organisation_is_corrected_and_moved_with_its_reason_in_the_audit(client, session) -> None:
    row = make_enterprise(session)
    order = make_order(session, row)
    form = sent(row, name="佛山好帮手电子厂", area_code=GUANGZHOU, contact_phone="13800138000")
    assert client.post(f"/admin/organisations/{row.id}", data=form).status_code == 303
    session.expire_all()
    assert (row.name, row.area_code, row.contact_phone) == ("佛山好帮手电子厂", GUANGZHOU, "13800138000")
    assert order.city_code == FOSHAN, "what was begun stays with the city that reviewed it"
    event = session.scalars(select(AuditEvent).where(AuditEvent.tag == "organisation:update")).one()
    told = json.loads(event.payload)
    assert told["reason"] == "营业执照"
    assert (told["from"], told["to"]) == (FOSHAN, GUANGZHOU)
    assert "13800138000" not in event.payload


def test_a_code_that_another_has_is_refused_and_what_was_typed_stays(client, session) -> None:
    make_enterprise(session, credit_code=CODE, name="先登记的厂")
    row = make_enterprise(session)
    page = client.post(f"/admin/organisations/{row.id}", data=sent(row, name="改了一半的名")).text
    assert "先登记的厂已经用这个信用代码登记过了" in page
    assert "改了一半的名" in page


def test_an_enterprise_with_orders_does_not_become_a_school(client, session) -> None:
    row = make_enterprise(session)
    make_order(session, row)
    answer = client.post(f"/admin/organisations/{row.id}", data=sent(row, kind="school"))
    assert "类型不能再改" in answer.text
    session.expire_all()
    assert row.kind == "enterprise"


def test_every_column_that_points_at_an_organisation_has_a_word_and_is_moved() -> None:
    named = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "organisation"
    }
    assert {(one.table.name, one.column.name) for one in references()} == named - {
        ("organisation", "merged_into_id")
    }
    assert {one.table.name for one in references()} <= TABLE_LABELS.keys()


def test_two_that_are_one_become_one_with_everything_they_have(client, session, admin) -> None:
    kept, folded = make_enterprise(session, credit_code=CODE), make_enterprise(session, address="狮山镇")
    order, clerk = make_order(session, folded), make_user(session, Role.ENTERPRISE, organisation_id=folded.id)
    for unit, word in ((folded, "焊仔"), (folded, "打杂"), (kept, "打杂")):
        session.add(
            OccupationWord(
                word=word,
                code="6-18-02-04",
                unit=organisation_unit(unit.id),
                user_id=clerk.id,
                said_at=utc_now(),
            )
        )
    session.commit()
    there = f"/admin/organisations/{folded.id}/merge"
    assert "岗位单" in client.get(f"{there}?into={CODE}").text
    form = {"into": CODE, "reason": "两次登记"}
    assert client.post(there, data=form).location == f"/admin/organisations/{kept.id}"
    session.expire_all()
    assert order.enterprise_id == kept.id
    assert session.scalar(select(Grant.organisation_id).where(Grant.user_id == clerk.id)) == kept.id
    assert (folded.merged_into_id, kept.address) == (kept.id, "狮山镇")
    said = select(OccupationWord.word).where(OccupationWord.unit == organisation_unit(kept.id))
    assert sorted(session.scalars(said)) == ["打杂", "焊仔"]
    tags = session.scalars(select(AuditEvent.tag)).all()
    assert tags.count("organisation:merge") == 2
    page = client.get(f"/admin/organisations/{folded.id}").text
    assert "已经并入" in page
    assert (
        "已经并入另一家"
        in client.post(f"/admin/organisations/{folded.id}", data=sent(folded, credit_code=OTHER_CODE)).text
    )


def test_a_bid_of_both_for_one_order_stays_where_it_is(session, admin) -> None:
    kept, folded, order = make_school(session), make_school(session), make_training_order(session)
    mine, theirs = (
        TrainingBid(
            order_id=order.id, school_id=school.id, price_fen=1, periods=80, starts_on=today(), place="昭觉"
        )
        for school in (kept, folded)
    )
    session.add_all([mine, theirs])
    session.commit()
    operations.merge(session, actor_of(session, admin), kept, folded, "两次登记")
    session.commit()
    assert (mine.school_id, theirs.school_id) == (kept.id, folded.id)


def test_a_school_is_no_enterprise_and_nothing_is_merged_twice(client, session) -> None:
    school, firm = make_school(session, credit_code=CODE), make_enterprise(session)
    form = {"into": CODE, "reason": "误"}
    assert "不能合并" in client.post(f"/admin/organisations/{firm.id}/merge", data=form).text
    session.expire_all()
    assert firm.merged_into_id is None
    assert "是同一条登记" in client.post(f"/admin/organisations/{school.id}/merge", data=form).text


def test_nobody_gets_a_right_in_a_merged_one(client, session) -> None:
    kept = make_enterprise(session)
    folded, person = make_enterprise(session, credit_code=CODE, merged_into_id=kept.id), make_user(session)
    form = {"role": "enterprise", "credit": CODE, "valid_from": today(), "reason": "任命"}
    assert "没有找到这家单位" in client.post(f"/admin/users/{person.id}", data=form).text
    assert session.scalar(select(Grant).where(Grant.organisation_id == folded.id)) is None


def test_the_second_of_two_who_merge_a_pair_crosswise_is_refused(session, admin) -> None:
    first, second = make_enterprise(session), make_enterprise(session)
    operations.merge(session, actor_of(session, admin), first, second, "两次登记")
    session.commit()
    with pytest.raises(Refusal, match="已经并入另一家"):
        operations.merge(session, actor_of(session, admin), second, first, "两次登记")
    with pytest.raises(Refusal, match="要授在企业"):
        give(
            session,
            actor_of(session, admin),
            make_user(session),
            Role.ENTERPRISE,
            organisation_id=second.id,
            valid_from=today(),
        )


def test_who_is_of_one_of_the_two_does_not_merge_them(session, admin) -> None:
    kept, folded = make_enterprise(session), make_enterprise(session)
    session.add(Grant(user_id=admin.id, role=Role.ENTERPRISE, organisation_id=folded.id, valid_from=today()))
    session.commit()
    with pytest.raises(Refusal, match="你所在的单位"):
        operations.merge(session, actor_of(session, admin), kept, folded, "两次登记")


def test_what_both_kept_of_a_case_is_kept_by_the_one_that_stays(session: Session, admin: User) -> None:
    kept, folded = make_enterprise(session), make_enterprise(session)
    clerk = make_user(session, Role.ENTERPRISE, organisation_id=folded.id)
    order, other = make_order(session, kept), make_order(session, folded)

    def care(office: Organisation, subject: int, **more: object) -> Care:
        return Care(office=f"organisation-{office.id}", kind=CareKind.ORDER, subject_id=subject, **more)

    own = care(kept, order.id)
    session.add_all(
        (own, care(folded, order.id, assigned_to_id=clerk.id), care(folded, other.id, remind_on=today()))
    )
    session.flush()
    for row in session.scalars(select(Care)):
        row.notes.append(CareNote(user_id=clerk.id, text=f"记 {row.id}"))
    session.commit()
    moved = operations.merge(session, actor_of(session, admin), kept, folded, "同一家")
    session.commit()
    assert moved["care"] == 2
    rows = {one.subject_id: one for one in session.scalars(select(Care)) if one.notes}
    assert {one.office for one in rows.values()} == {f"organisation-{kept.id}"}
    assert (rows[order.id].assigned_to_id, len(rows[order.id].notes)) == (clerk.id, 2)
    assert (rows[other.id].remind_on, len(rows[other.id].notes)) == (today(), 1)
