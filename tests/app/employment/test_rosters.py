"""A month is told by a pre-filled sheet, weighed row by row, confirmed once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.employment.difference import Difference, DifferenceKind
from models.employment.roster import MonthlyRoster, Presence, RosterLine
from models.employment.spell import EvidenceKind, SpellEvidence
from models.placement.leaving import LeaveReason
from tests.app.employment.office import LAST, NAMED, Answer, download, make_office, send, told


def test_an_enterprise_tells_its_month_by_the_sheet_it_downloaded(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    client = sign_in(office.clerk)
    rows = download(client)
    assert [row["姓名"] for row in rows] == [worker.name for worker in office.people]
    assert all(str(row["身份证号"]).startswith("*" * 14) for row in rows)
    preview = send(client, told(rows))
    assert "3 人可以记下" in client.get(preview).text
    assert session.scalars(select(RosterLine)).all() == []
    assert client.post(f"{preview}/confirm").status_code == 303
    lines = session.scalars(select(RosterLine)).all()
    assert [(line.presence, line.wage_fen, line.is_insured, line.days) for line in lines] == [
        (Presence.WORKING, 500_000, True, 26)
    ] * 3
    shown = session.scalars(select(SpellEvidence).where(SpellEvidence.kind == EvidenceKind.ROSTER)).all()
    assert {(one.month, one.wage_fen) for one in shown} == {(LAST, 500_000)}
    assert len(shown) == 3


def test_who_is_not_on_the_roster_is_a_difference_of_the_home_county(
    session: Session, sign_in: Answer
) -> None:
    office = make_office(session)
    client = sign_in(office.clerk)
    rows = told(download(client))
    rows[1] |= dict.fromkeys(("还在岗吗", "本月实发工资（元）", "本月缴了社保吗", "出勤天数"))
    preview = send(client, rows)
    assert office.people[1].name in client.get(preview).text
    client.post(f"{preview}/confirm")
    (row,) = session.scalars(select(Difference)).all()
    assert (row.kind, row.worker_id, row.county_code) == (
        DifferenceKind.NOT_ON_ROSTER,
        office.people[1].id,
        office.people[1].county_code,
    )
    assert session.scalars(select(MonthlyRoster)).one().missing == 1


def test_leaving_with_a_reason_ends_the_spell(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    client = sign_in(office.clerk)
    rows = told(download(client))
    rows[0] |= {"还在岗吗": "否", "离开日期": f"{NAMED}-09", "离开原因": "家里要人照料"}
    client.post(f"{send(client, rows)}/confirm")
    session.refresh(office.spells[0])
    assert office.spells[0].ended_on == LAST.replace(day=9)
    assert office.spells[0].end_reason is LeaveReason.FAMILY
