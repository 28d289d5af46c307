"""Who gets a mark, by which rule, and what follows from it."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from app.training.certification.operations import exams
from models.audit import AuditEvent
from models.clock import today
from models.event_tags import EventTag
from models.people.worker_change import WorkerChange
from models.training.enrolment import EnrolmentState
from models.training.training_class import ClassState
from models.workflow import TransitionRefused
from tests.app.training.certification.scene import Scene, make_scene, workbook
from tests.factories.training import make_enrolment

HEAD = ("座号", "姓名", "身份证后四位", "理论成绩", "实操成绩")


def row(scene: Scene, seat: int, theory: object, practice: object) -> tuple[object, ...]:
    learner = scene.learners[seat - 1]
    return seat, learner.worker.name, learner.worker.id_last4, theory, practice


def upload(scene: Scene, *rows: tuple[object, ...]) -> str:
    status, _page = scene.post(
        scene.school,
        f"/classes/{scene.training_class.id}/marks/import",
        held_on=str(today()),
        file=(workbook(*rows), "成绩.xlsx"),
    )
    assert status == 303
    return scene.page(scene.school, "/results/imports/1")


def test_a_class_finishes_fails_and_is_counted(scene: Scene) -> None:
    scene.grade((85, 90), (85, 59))
    first, second, absent = scene.learners
    assert [one.state for one in scene.learners] == [
        EnrolmentState.FINISHED,
        EnrolmentState.FAILED,
        EnrolmentState.FAILED,
    ]
    assert "出勤 0%，不到 80%" in absent.outcome_note
    assert (first.active_digest, second.active_digest) == (None, None)
    assert (
        scene.training_class.ungraded,
        scene.training_class.uncertified,
        scene.training_class.unplaced,
    ) == (0, 1, 1)
    assert scene.training_class.graded_on == today()


def test_a_stored_index_hears_of_whoever_finished(scene: Scene) -> None:
    before = scene.session.scalar(select(func.max(WorkerChange.id))) or 0
    scene.grade((85, 90))
    later = scene.session.scalars(select(WorkerChange.worker_id).where(WorkerChange.id > before))
    assert scene.learners[0].worker_id in set(later)


def test_whoever_has_no_mark_yet_holds_the_class_back(scene: Scene) -> None:
    scene.grade((85, 90))
    assert scene.training_class.ungraded == 1
    status, page = scene.post(
        scene.school, f"/classes/{scene.training_class.id}/results/advance", event="examine"
    )
    assert status == 409
    assert "还有 1 名能参加考核的学员没有成绩" in page


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([(0, 101, 60)], "0 到 100"),
        ([(0, None, 60)], "0 到 100"),
        ([(0, 70, 60), (0, 80, 60)], "同一个学员填了两次"),
        ([(2, 70, 60)], "不到 80%，不能参加考核"),
        ([], "还没有填成绩"),
    ],
)
def test_marks_that_break_a_rule_are_refused_with_its_sentence(
    scene: Scene, pairs: list[tuple[int, int | None, int]], sentence: str
) -> None:
    marks = [exams.Scores(scene.learners[n].id, theory, practice) for n, theory, practice in pairs]
    with pytest.raises(TransitionRefused, match=sentence):
        exams.record_scores(
            scene.session, scene.actor(scene.school), scene.training_class, marks, today(), today()
        )


def test_somebody_of_another_class_gets_no_mark(scene: Scene) -> None:
    stranger = make_enrolment(scene.session)
    marks = [exams.Scores(stranger.id, 80, 80)]
    with pytest.raises(TransitionRefused, match="不在本班"):
        exams.record_scores(
            scene.session, scene.actor(scene.school), scene.training_class, marks, today(), today()
        )


def test_only_a_class_being_taught_takes_marks(scene: Scene) -> None:
    scene.training_class.state = ClassState.OPENED
    with pytest.raises(TransitionRefused, match="已到场核查"):
        scene.grade((80, 80))


def test_after_a_mark_the_class_cannot_be_stopped(scene: Scene) -> None:
    scene.grade((80, 80))
    answer = scene.enter(scene.county).post(
        f"/training/classes/{scene.training_class.id}/advance", data={"event": "stop", "reason": "学校停办"}
    )
    assert answer.status_code == 409
    assert "已经录了成绩的班不能停办" in answer.get_data(as_text=True)
    scene.session.expire_all()
    assert scene.training_class.state is ClassState.TEACHING


def test_a_file_shows_every_error_and_writes_only_what_was_confirmed(scene: Scene) -> None:
    stranger = (9, "外来人", "0000", 70, 70)
    page = upload(
        scene,
        HEAD,
        row(scene, 1, 88, "缺考"),
        row(scene, 1, 70, 70),
        row(scene, 2, 101, 66),
        row(scene, 3, 70, 70),
        stranger,
    )
    for sentence in ("是同一个人", "“101”不是 0 到 100 的分数", "不能参加考核", "这个人不在本班"):
        assert sentence in page, sentence
    assert "1 人可以登记，4 行退回" in page
    assert scene.learners[0].state is EnrolmentState.ENROLLED
    assert scene.post(scene.school, "/results/imports/1/confirm")[0] == 303
    assert (scene.learners[0].state, scene.learners[0].outcome_note) == (
        EnrolmentState.FAILED,
        "没有参加考核",
    )
    status, page = scene.post(scene.school, "/results/imports/1/confirm")
    assert status == 409
    assert "已经导入过" in page
    assert scene.enter(scene.school).get("/training/results/imports/1/refused.xlsx").status_code == 200


def test_the_filled_template_goes_in_as_it_is(scene: Scene) -> None:
    answer = scene.enter(scene.school).get(f"/training/classes/{scene.training_class.id}/marks.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.get_data()))
    sheet, target = book.active, BytesIO()
    assert [sheet.cell(n, 2).value for n in (2, 3, 4)] == [one.worker.name for one in scene.learners[:2]] + [
        None
    ]
    for n in (2, 3):
        sheet.cell(n, 4).value, sheet.cell(n, 5).value = "80", 75
    book.save(target)
    form = {"held_on": str(today()), "file": (BytesIO(target.getvalue()), "成绩.xlsx")}
    assert scene.post(scene.school, f"/classes/{scene.training_class.id}/marks/import", **form)[0] == 303
    assert "2 人可以登记，0 行退回" in scene.page(scene.school, "/results/imports/1")


def test_marks_typed_on_the_page_come_back_with_their_errors(scene: Scene) -> None:
    first, second, _third = (one.id for one in scene.learners)
    typed = {
        f"theory-{first}": "75",
        f"practice-{first}": "八十几",
        f"theory-{second}": "70",
        f"practice-{second}": "72",
        "held_on": str(today()),
    }
    status, page = scene.post(scene.school, f"/classes/{scene.training_class.id}/record", **typed)
    assert status == 200
    assert "“八十几”不是 0 到 100 的分数" in page
    assert 'value="75"' in page
    status, _page = scene.post(
        scene.school, f"/classes/{scene.training_class.id}/record", **(typed | {f"practice-{first}": "80"})
    )
    assert status == 303
    assert scene.learners[0].state is EnrolmentState.FINISHED


def test_marks_entered_anew_need_a_reason_and_name_who_did_it(scene: Scene) -> None:
    scene.examine((85, 90), (85, 50))
    learner = scene.learners[1]
    form = {"held_on": str(today()), "theory": "85", "practice": "65"}
    assert scene.post(scene.school, f"/results/learners/{learner.id}/regrade", **form, reason="")[0] == 200
    assert (
        scene.post(scene.school, f"/results/learners/{learner.id}/regrade", **form, reason="登错一行")[0]
        == 303
    )
    assert (learner.state, learner.practice_score) == (EnrolmentState.FINISHED, 65)
    events = select(AuditEvent).where(AuditEvent.tag == EventTag.EXAM_IMPORT).order_by(AuditEvent.id)
    event = scene.session.scalars(events).all()[-1]
    assert (event.actor_name, event.details["reason"]) == (scene.school.name, "登错一行")
    assert scene.training_class.uncertified == 2


def test_with_a_certificate_no_mark_changes(scene: Scene) -> None:
    scene.examine((85, 90), (85, 50))
    scene.certify("ZJ2019001")
    form = {"held_on": str(today()), "theory": "10", "practice": "10", "reason": "改"}
    status, page = scene.post(scene.school, f"/results/learners/{scene.learners[0].id}/regrade", **form)
    assert status == 409
    assert "证书已经登记，不能再改成绩" in page


def test_another_school_and_the_county_record_no_marks(scene: Scene) -> None:
    other = make_scene(scene.session, scene.enter)
    for user, expected in ((other.school, 404), (scene.county, 403)):
        assert (
            scene.post(user, f"/classes/{scene.training_class.id}/record", held_on=str(today()))[0]
            == expected
        )
