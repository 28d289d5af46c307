"""Rounds of follow-ups: out and in as a sheet, given to a collector, remembered on the day."""

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.placements.operations import follow_ups, rounds
from app.placements.operations.follow_ups import Finding
from app.placements.queries import lists
from app.placements.queries import rounds as queries
from app.placements.queries.tasks import tasks
from models.access import Role
from models.clock import today, utc_now
from models.people.calling import FollowUpBatch
from models.placement.placement import Evidence, FollowUp, Outcome, PlacementState
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories.people import ZHAOJUE, make_user

SignIn = Callable[..., FlaskClient]
PURPOSE = {"purpose": "service", "purpose_word": "回访"}
LONG_AGO = today() - timedelta(days=100)


def downloaded(client: FlaskClient) -> openpyxl.Workbook:
    answer = client.post("/placements/follow-ups/sheet", data=PURPOSE)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def sent_back(client: FlaskClient, scene: Scene, book: openpyxl.Workbook) -> tuple[FollowUpBatch, str]:
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    answer = client.post("/placements/follow-ups/upload", data={"file": (target, "回访表.xlsx")})
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    scene.session.rollback()
    return scene.session.scalars(select(FollowUpBatch).order_by(FollowUpBatch.id.desc())).first(), page


def put(book: openpyxl.Workbook, visit: FollowUp, **values: object) -> None:
    """Type ``values`` into the row of a follow-up, by the beginning of their headings."""
    page = book.worksheets[0]
    heads = {str(cell.value): cell.column for cell in page[1]}
    (row,) = [cells[0].row for cells in page.iter_rows(min_row=2) if cells[0].value == visit.id]
    for name, value in values.items():
        page.cell(row, next(column for head, column in heads.items() if head.startswith(name))).value = value


def test_a_sheet_goes_out_filled_and_what_was_asked_comes_back(scene: Scene, sign_in: SignIn) -> None:
    placement, client = scene.on_site(LONG_AGO), sign_in(scene.county)
    first, third = scene.visit(placement, 1), scene.visit(placement, 3)
    book = downloaded(client)
    put(
        book,
        first,
        现在的情况="还在这家企业",
        凭什么知道="工资条或银行流水",
        上月实发="4500元",
        备注="说下月加薪",
    )
    batch, page = sent_back(client, scene, book)
    assert (batch.good, batch.rejected) == (1, 0)  # the row that nobody filled says nothing
    assert "还在这家企业" in page
    assert client.post(f"/placements/follow-ups/sheets/{batch.id}/confirm").status_code == 303
    scene.session.expire_all()
    assert (first.outcome, first.evidence, first.wage_fen) == (Outcome.EMPLOYED, Evidence.WAGE_SLIP, 450_000)
    assert first.call_note == "说下月加薪"
    assert (third.outcome, third.recorded_at) == (None, None)
    again = client.post(f"/placements/follow-ups/sheets/{batch.id}/confirm", follow_redirects=True)
    assert "已经导入过" in again.text


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"现在的情况": "还在这家企业"}, "怎么知道的"),
        ({"现在的情况": "联系不上，情况未知", "凭什么知道": "社保记录"}, "联系不上就没有凭据"),
        ({"现在的情况": "已离职", "凭什么知道": "本人说的"}, "离职的原因"),
        ({"上月实发": "4500"}, "没有写现在的情况"),
        ({"现在的情况": "挺好的", "凭什么知道": "本人说的"}, "不在可选的词里"),
        ({"现在的情况": "还在这家企业", "凭什么知道": "本人说的", "上月实发": "25元/小时"}, "不是按月的工资"),
        ({"哪天再打": "2020-01-01"}, "已经过去"),
    ],
)
def test_what_cannot_be_true_is_sent_back_in_its_own_words(
    scene: Scene, sign_in: SignIn, values: dict[str, str], word: str
) -> None:
    visit, client = scene.visit(scene.on_site(LONG_AGO), 1), sign_in(scene.county)
    book = downloaded(client)
    put(book, visit, **values)
    batch, page = sent_back(client, scene, book)
    assert (batch.good, batch.rejected) == (0, 1)
    assert word in page
    file = client.get(f"/placements/follow-ups/sheets/{batch.id}/refused.xlsx")
    cells = [c.value for row in openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0] for c in row]
    assert set(values.values()) <= {str(cell) for cell in cells}


def test_a_sheet_never_replaces_stronger_evidence(scene: Scene, sign_in: SignIn) -> None:
    placement, client = scene.on_site(LONG_AGO), sign_in(scene.county)
    visit, county = scene.visit(placement, 1), scene.actor(scene.county)
    book = downloaded(client)
    put(book, visit, 现在的情况="已离职", 凭什么知道="本人说的", 离职的原因="其他")
    batch, _page = sent_back(client, scene, book)
    assert batch.good == 1
    proven = Finding(Outcome.EMPLOYED, Evidence.INSURANCE)
    follow_ups.record_follow_up(scene.session, county, visit, proven, today(), utc_now())
    scene.session.commit()
    page = client.post(f"/placements/follow-ups/sheets/{batch.id}/confirm", follow_redirects=True).text
    assert "更可靠的凭据" in page
    scene.session.expire_all()
    assert (visit.outcome, placement.state) == (Outcome.EMPLOYED, PlacementState.ON_SITE)


def test_a_number_of_another_county_or_name_is_refused(scene: Scene, sign_in: SignIn) -> None:
    visit, client = scene.visit(scene.on_site(LONG_AGO), 1), sign_in(scene.county)
    book = downloaded(client)
    put(book, visit, 姓名="别人", 现在的情况="还在这家企业", 凭什么知道="本人说的")
    assert "不是这个人的" in sent_back(client, scene, book)[1]
    stranger = sign_in(make_user(scene.session, Role.COUNTY, area_code="513429"))
    assert "没有这个编号" in sent_back(stranger, scene, book)[1]


def test_what_is_given_to_somebody_is_theirs_alone_to_ring(scene: Scene) -> None:
    session, placement = scene.session, scene.on_site(LONG_AGO)
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    county, other = scene.actor(scene.county), scene.actor(colleague)
    rows = queries.of_collector(session, county, None, today())
    assert {row.id for row in rows} == {scene.visit(placement, months).id for months in (1, 3)}
    assert rounds.assign(session, county, rows, colleague.id, today()) == 2
    session.commit()
    assert lists.follow_ups_to_ring(session, county, today(), utc_now()) == []
    assert len(lists.follow_ups_to_ring(session, other, today(), utc_now())) == 2
    loads = {
        load.user and load.user.id: (load.coming, load.due, load.late)
        for load in queries.caseloads(session, county, today())
    }
    assert loads[colleague.id] == (0, 2, 2)
    assert loads[None] == loads[scene.county.id] == (0, 0, 0)
    stranger = make_user(session, Role.COUNTY, area_code="513429")
    with pytest.raises(TransitionRefused, match="换一个人"):
        rounds.assign(session, county, rows, stranger.id, today())


def test_a_reminder_is_a_task_on_its_day_and_gone_once_the_call_was_made(
    scene: Scene, sign_in: SignIn
) -> None:
    visit, client = scene.visit(scene.on_site(LONG_AGO), 1), sign_in(scene.county)
    day = today() + timedelta(days=3)
    form = {"call_note": "白天上班，晚上打", "remind_on": day.isoformat()}
    assert client.post(f"/placements/follow-ups/{visit.id}/note", data=form).status_code == 303
    county = scene.actor(scene.county)
    scene.session.rollback()

    def waits(on: object) -> bool:
        return any("今天要再打" in str(task.text) for task in tasks(scene.session, county, on) if task.count)

    with client.application.test_request_context():
        assert (waits(today()), waits(day)) == (False, True)
        found = Finding(Outcome.EMPLOYED, Evidence.SELF_REPORT)
        follow_ups.record_follow_up(scene.session, county, visit, found, today(), utc_now())
        assert not waits(day)
    assert "白天上班" in client.get(f"/placements/follow-ups/{visit.id}").text


def test_many_are_ticked_and_given_to_another_collector_at_once(scene: Scene, sign_in: SignIn) -> None:
    placement, client = scene.on_site(LONG_AGO), sign_in(scene.county)
    first, third = scene.visit(placement, 1), scene.visit(placement, 3)
    helper = make_user(scene.session, Role.COUNTY, area_code=ZHAOJUE)
    scene.session.commit()
    assert "/placements/follow-ups/of/none" in client.get("/placements/follow-ups/caseload").text
    page = client.get("/placements/follow-ups/of/none").text
    for visit in (first, third):
        assert f'name="ids" value="{visit.id}"' in page
    given = {"ids": [first.id, third.id], "to": helper.id}
    assert client.post("/placements/follow-ups/assign", data=given).status_code == 303
    theirs = client.get(f"/placements/follow-ups/of/{helper.id}").text
    assert helper.name in theirs
    assert f'value="{third.id}"' in theirs
    scene.session.rollback()
    assert [visit.assigned_to_id for visit in (first, third)] == [helper.id, helper.id]
    assert client.get("/placements/follow-ups/of/999999").status_code == 404
