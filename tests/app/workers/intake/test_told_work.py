"""What a roster says of where people work becomes employment, and goes with the import."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import today
from models.employment.duty import Duty
from models.employment.recording import Workplace, begin_spell
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellKind, Teller
from models.people.intake import ImportBatch
from models.people.worker import Worker, WorkerState
from models.user import User
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import actor_of

Batches = Callable[..., ImportBatch]
COLUMNS = ("务工所在地", "务工企业名称", "务工时间(月)", "务工状况")
AWAY = {"务工所在地": "广东省佛山市", "务工企业名称": "佛山同心制衣厂", "务工时间(月)": "8"}


def undo(client: FlaskClient, batch: ImportBatch, session: Session) -> None:
    answer = client.post(f"/imports/{batch.id}/undo", data={"reason": "传错了文件"})
    assert answer.status_code == 303
    session.expire_all()
    session.rollback()


def test_where_a_roster_says_people_work_becomes_employment_by_word_and_row(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    rows = (
        person("吉克阿牛", **AWAY),
        person("沙马", 务工所在地="浙江"),
        person("马海", 务工所在地="火星基地"),
        person("阿尔"),
    )
    batch = send(roster(*rows, extra=COLUMNS))
    assert "3 行写了在哪里务工" in client.get(f"/imports/{batch.id}").text
    assert session.scalars(select(EmploymentSpell)).all() == []
    client.post(f"/imports/{batch.id}/confirm")
    session.expire_all()
    spells = {one.worker.name: one for one in session.scalars(select(EmploymentSpell))}
    assert set(spells) == {"吉克阿牛", "沙马"}
    away = spells["吉克阿牛"]
    assert (away.place_code, away.employer_name, away.began_known) == ("440600", "佛山同心制衣厂", False)
    assert away.worker.state is WorkerState.WORKING
    (shown,) = away.evidence
    assert (shown.kind, shown.teller) == (EvidenceKind.WORD, Teller.HOME)
    assert "河头乡5月表.csv" in shown.note
    assert "8 个月" in shown.note
    page = client.get(f"/imports/{batch.id}").text
    assert "2 人记到了用工经历" in page
    assert "1 人写的地方认不出来" in page


def test_taking_an_import_back_takes_its_employment_back_and_nobody_elses(
    bring_in: Batches, client: FlaskClient, session: Session, officer: User
) -> None:
    known = person("阿尔")
    bring_in(roster(known))
    batch = bring_in(roster(person("吉克阿牛", **AWAY), person("沙马", **AWAY), known | AWAY, extra=COLUMNS))
    assert len(session.scalars(select(EmploymentSpell)).all()) == 3
    kept = session.scalars(select(Worker).where(Worker.name == "沙马")).one()
    place = Workplace(SpellKind.ENTERPRISE, "330000", "杭州")
    begin_spell(
        session, kept, place, today(), actor=actor_of(session, officer), today=today(), contradicts=True
    )
    session.commit()
    undo(client, batch, session)
    assert set(session.scalars(select(Worker.name))) == {"阿尔", "沙马"}
    left = session.scalars(select(EmploymentSpell)).all()
    assert [one.employer_name for one in left] == ["杭州"]
    assert session.scalars(select(Duty).where(Duty.state == "city_to_verify")).all() == []
    before = session.scalars(select(Worker).where(Worker.name == "阿尔")).one()
    assert (before.state, before.work_place) == (WorkerState.POOL, "")


def test_a_roster_read_twice_tells_no_work_twice_and_never_against_what_is_known(
    bring_in: Batches, session: Session
) -> None:
    row = person("吉克阿牛", **AWAY)
    bring_in(roster(row, extra=COLUMNS))
    bring_in(roster(row | {"文化程度": "初中"}, extra=COLUMNS))
    again = bring_in(roster(row | {"务工所在地": "浙江", "务工企业名称": "杭州某厂"}, extra=COLUMNS))
    spells = session.scalars(select(EmploymentSpell)).all()
    assert [one.employer_name for one in spells] == ["佛山同心制衣厂"]
    assert again.counts["work_clashes"] == 1
