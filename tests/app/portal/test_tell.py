"""What a worker says is wrong is a case: who sees it, by when somebody rings, what became of the last one."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.problems.operations.cases import answer
from models.clock import today, utc_now
from models.messages.kind import MessageKind
from models.messages.message import send
from models.problems.contact import ResidentContact
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from models.problems.problem_file import FileKind, ProblemFile
from models.reference.county_office import CountyOffice
from tests.app.placements.scene import Scene, make_scene
from tests.factories.people import FOSHAN
from tests.factories.sounds import AMR_FRAME, AMR_HEAD, a_photograph

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def test_every_kind_can_be_said_and_is_one_case_however_often_it_is_sent(
    scene: Scene, sign_in: SignIn
) -> None:
    placement = scene.on_site()
    phone = sign_in(scene.person)
    for kind in ProblemKind:
        said = {"kind": kind.value, "words": "少了五百块", "once": f"key-{kind.value}"}
        assert [phone.post("/my/tell", data=said).status_code for _try in "ab"] == [303, 303]
    rows = scene.session.scalars(select(Problem).order_by(Problem.id)).all()
    assert [row.kind for row in rows] == list(ProblemKind)
    assert {row.placement_id for row in rows} == {placement.id}
    assert {row.agreed_at for row in rows} == {None}
    page = phone.get("/my/tell").text
    assert "上次说的：别的事" in page
    assert "少了五百块" in page


def test_the_numbers_to_ring_are_told_by_name(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.on_site()
    county = scene.worker.county_code
    scene.session.add(CountyOffice(county_code=county, phone="0834-8321234", hours="周一到周五"))
    scene.session.add(
        ResidentContact(
            user_id=scene.city.id,
            enterprise_id=placement.enterprise_id,
            county_code=county,
            city_code=FOSHAN,
            phone="13800000088",
            valid_from=today(),
        )
    )
    scene.session.commit()
    page = sign_in(scene.person).get("/my/tell").text
    assert page.index("tel:13800000088") < page.index("tel:0834-8321234") < page.index("tel:12333")
    assert f"打给{scene.city.name}" in page
    assert "周一到周五" in page


def test_nothing_chosen_is_a_sentence_and_the_words_stay(scene: Scene, sign_in: SignIn) -> None:
    page = sign_in(scene.person).post("/my/tell", data={"kind": "nonsense", "words": "宿舍漏水"})
    assert page.status_code == 422
    assert "请先点一件事" in page.text
    assert "宿舍漏水" in page.text
    assert scene.session.scalars(select(Problem)).all() == []


def test_the_first_page_asks_whether_what_was_done_helped(scene: Scene, sign_in: SignIn) -> None:
    phone = sign_in(scene.person)
    phone.post("/my/tell", data={"kind": "wage", "words": "少了五百块"})
    assert "解决没有" not in phone.get("/my/today").text
    row = scene.session.scalars(select(Problem)).one()
    answer(scene.session, scene.actor(scene.county), row, "厂里补了五百", utc_now())
    scene.session.commit()
    assert "你说的事办过了，解决没有" in phone.get("/my/today").text
    assert "厂里补了五百" in phone.get("/my/tell").text


def test_who_is_resident_at_the_factory_stands_on_the_first_page_by_name(
    scene: Scene, sign_in: SignIn
) -> None:
    placement = scene.on_site()
    scene.session.add(
        ResidentContact(
            user_id=scene.city.id,
            enterprise_id=placement.enterprise_id,
            county_code=scene.worker.county_code,
            city_code=FOSHAN,
            phone="13800000088",
            valid_from=today(),
        )
    )
    scene.session.commit()
    phone = sign_in(scene.person)
    for path in ("/my/today", f"/my/offers/{placement.id}/ask"):
        page = phone.get(path).text
        assert "tel:13800000088" in page
        assert f"打给{scene.city.name}" in page


def test_a_new_message_stands_on_the_first_page_until_it_was_seen(scene: Scene, sign_in: SignIn) -> None:
    actor = scene.actor(scene.county)
    for line in ("县里请你带身份证来一趟", "改到星期三来"):
        send(scene.session, scene.worker.id, MessageKind.DEPARTURE, {"line": line}, actor=actor)
    scene.session.commit()
    phone = sign_in(scene.person)
    page = phone.get("/my/today").text
    assert "改到星期三来" in page
    assert "看 2 条新通知" in page
    phone.post("/my/messages/seen")
    assert "新通知" not in phone.get("/my/today").text


def _sent(scene: Scene, sign_in: SignIn, **files: tuple[bytes, str]) -> str:
    told = {name: (BytesIO(data), filename) for name, (data, filename) in files.items()}
    answer = sign_in(scene.person).post("/my/tell", data={"kind": "other", "words": "", **told})
    assert answer.status_code == 303
    return sign_in(scene.person).get("/my/tell").text


def test_a_voice_and_a_photograph_say_what_nobody_can_write(scene: Scene, sign_in: SignIn) -> None:
    scene.on_site()
    page = _sent(scene, sign_in, voice=(AMR_HEAD + AMR_FRAME * 100, "a.amr"), photo=(a_photograph(), "a.jpg"))
    assert "录音 1 个，送到了" in page
    assert "照片 1 个，送到了" in page
    kept = {row.kind: row for row in scene.session.scalars(select(ProblemFile))}
    assert kept[FileKind.VOICE].length == 2
    sealed = scene.session.scalar(text("SELECT content FROM problem_file WHERE kind = 'photo'"))
    assert b"%PDF" not in bytes(sealed)


def test_what_is_no_picture_keeps_nobody_from_saying_what_is_wrong(scene: Scene, sign_in: SignIn) -> None:
    phone, told = sign_in(scene.person), {"kind": "wage", "words": "少了五百块"}
    phone.post("/my/tell", data=told | {"photo": (BytesIO(b"MZ a program"), "a.jpg")})
    page = phone.get("/my/tell").text
    assert "话收到了，只收照片（JPG、PNG）或 PDF" in page
    assert "少了五百块" in page
    assert scene.session.scalars(select(ProblemFile)).all() == []


def test_what_was_sent_is_opened_by_those_who_handle_it_and_the_worker_sees_by_whom(
    scene: Scene, sign_in: SignIn
) -> None:
    scene.on_site()
    _sent(scene, sign_in, voice=(AMR_HEAD + AMR_FRAME * 100, "a.amr"))
    row = scene.session.scalars(select(ProblemFile)).one()
    row.problem.agreed_at = (
        utc_now()
    )  # the enterprise may know who complains, and still does not hear the voice
    scene.session.commit()
    address, case = f"/problems/files/{row.id}", f"/problems/{row.problem_id}"
    firm = sign_in(scene.enterprise)
    assert "听录音" not in firm.get(case).text
    assert firm.post(address).status_code == 403
    office = sign_in(scene.county)
    assert "听录音（2 秒）" in office.get(case).text
    assert "<audio" in office.post(address).text
    assert "打开了本人发来的照片或录音" in sign_in(scene.person).get("/my/profile/looks").text


def test_a_clerk_who_chooses_nothing_registers_no_case_of_unpaid_wages(scene: Scene, sign_in: SignIn) -> None:
    page = sign_in(scene.county).get(f"/problems/new/{scene.worker.id}").text
    assert 'value="wage" selected' not in page
    assert 'selected value="wage"' not in page
    answer = sign_in(scene.county).post(f"/problems/new/{scene.worker.id}", data={"words": "宿舍漏水"})
    assert answer.status_code != 303
    assert scene.session.scalars(select(Problem)).all() == []
