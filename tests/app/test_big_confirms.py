"""Every sheet of many rows: while it is confirmed others write, nobody sees a part, a kill leaves nothing.

On SQLite, whose one writer it is about. Kept small by slices of one row.
"""

import io
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kit import slices, unseen
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.workers.asking import sheet as asking
from models.access import Role
from models.base import Base
from models.clock import today
from models.placement.placement import Placement
from models.reference.dated_fact import Pairing
from tests.app.employment import test_newcomer_sheet as newcomers
from tests.app.employment import test_spells as spells
from tests.app.employment.office import download, make_office, place_at_work, send, told
from tests.app.placements.test_follow_up_rounds import downloaded, put
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_user,
    make_worker,
)

DATABASE = "sqlite"
SignIn = Callable[..., FlaskClient]
Prepared = tuple[FlaskClient, str, str]  # who confirms, where, the table that the rows go into
SELDOM_SEEN = {"sign_in_session", "user_session", "form_receipt", "limit_counter"}


def sent(client: FlaskClient, where: str, content: bytes) -> str:
    answer = client.post(where, data={"file": (io.BytesIO(content), "表.xlsx")})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def book(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    target = io.BytesIO()
    write_workbook(target, [Page("表", [Column(one) for one in headings], rows)])
    return target.getvalue()


def a_month(session: Session, sign_in: SignIn) -> Prepared:
    client = sign_in(make_office(session).clerk)
    return client, send(client, told(download(client))), "roster_line"


def a_countys_spells(session: Session, sign_in: SignIn) -> Prepared:
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    people = [make_worker(session) for _n in range(3)]
    rows = [(one.name, one.id_number, "", "建筑工地", "浙江", "", "", "") for one in people]
    return client, sent(client, "/employment/sheet", book(spells.HEADINGS, rows)), "employment_spell"


def people_already_at_work(session: Session, sign_in: SignIn) -> Prepared:
    firm = make_enterprise(session)
    client = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=firm.id))
    people = [make_worker(session) for _n in range(3)]
    where = newcomers.send(client, [newcomers.row(one.name, one.id_number) for one in people])
    return client, where, "employment_spell"


def a_round_of_follow_ups(session: Session, sign_in: SignIn) -> Prepared:
    user, firm = make_user(session, Role.COUNTY, area_code=ZHAOJUE), make_enterprise(session)
    on = today() - timedelta(days=100)
    visits = []
    for _n in range(3):
        placement: Placement = place_at_work(session, actor_of(session, user), make_worker(session), firm, on)
        visits.append(next(one for one in placement.follow_ups if one.months == 1))
    client = sign_in(user)
    filled = downloaded(client)
    for visit in visits:
        put(filled, visit, 现在的情况="还在这家企业", 凭什么知道="工资条或银行流水", 上月实发="4500元")
    target = io.BytesIO()
    filled.save(target)
    where = sent(client, "/placements/follow-ups/upload", target.getvalue())
    return client, where, "spell_evidence"


def a_round_of_questions(session: Session, sign_in: SignIn) -> Prepared:
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    people = [make_worker(session, care_duties=None) for _n in range(3)]
    headings = [one.header for one in asking.SHEET.headings]
    fields = [one.field for one in asking.SHEET.headings]
    told = [{"number": one.id, "name": one.name, "care_duties": "老人"} for one in people]
    rows = [[one.get(name, "") for name in fields] for one in told]
    return client, sent(client, "/workers/asking/upload", book(headings, rows)), "audit_event"


def a_register_of_meetings(session: Session, sign_in: SignIn) -> Prepared:
    given = {"recipient_code": "513400", "recipient_name": "凉山彝族自治州", "helper_code": FOSHAN}
    told = {"helper_name": "佛山市", "relation": "市帮扶", "kind": "东西部扶贫协作"}
    session.add(Pairing(**given, **told, valid_from=date(2016, 12, 25)))
    session.commit()
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    headings = "被帮扶地方", "帮扶市", "会议名称", "会议类别", "日期"
    rows = [
        ("凉山彝族自治州", "佛山市", f"第{n}次会议", "结对双方联席会议", "2017-05-03")
        for n in ("一", "二", "三")
    ]
    return client, sent(client, "/cooperation/meetings/sheet", book(headings, rows)), "register_entry"


ROOMS = (
    a_month,
    a_countys_spells,
    people_already_at_work,
    a_round_of_follow_ups,
    a_round_of_questions,
    a_register_of_meetings,
)


def counts(session: Session) -> dict[str, int]:
    """How many rows of each table somebody else sees, without waiting."""
    other = sqlite3.connect(session.get_bind().url.database, timeout=0)
    try:
        names = [table.name for table in Base.metadata.sorted_tables if table.name not in SELDOM_SEEN]
        return {name: other.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    finally:
        other.close()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_a_big_confirm_lets_others_write_shows_no_part_and_a_kill_leaves_nothing(
    room: Callable[..., Prepared], session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, where, table = room(session, sign_in)
    monkeypatch.setattr(unseen, "FIRST", 1)
    for name in ("LEAST", "MOST"):
        monkeypatch.setattr(slices, name, 1)
    before, pauses = counts(session), list[dict[str, int]]()

    def kill(_seconds: float) -> None:
        pauses.append(counts(session))
        if len(pauses) == 4:  # all is worked out, nothing is written
            raise KeyboardInterrupt

    monkeypatch.setattr(slices.time, "sleep", kill)
    with pytest.raises(KeyboardInterrupt):
        client.post(f"{where}/confirm")
    assert pauses == [before] * 4, "after what comes first and after each of three rows, the writer is free"
    assert counts(session) == before
    pauses.clear()
    monkeypatch.setattr(slices.time, "sleep", lambda _seconds: pauses.append(counts(session)))
    answer = client.post(f"{where}/confirm")
    assert answer.status_code == 303, answer.text
    assert pauses == [before] * 4
    assert counts(session)[table] >= before[table] + 3
    session.expire_all()
    again = client.post(f"{where}/confirm", follow_redirects=True).text
    assert "已经导入过" in again
