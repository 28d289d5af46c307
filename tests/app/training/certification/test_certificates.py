"""A number once in the whole programme; the profile in step; the public page that tells no more than
needed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.match_runs.operations import start
from app.training.certification.operations import certificates
from app.workers.personal_data.queries.history import timeline
from models.access import CLOCK, Role
from models.clock import today, utc_now
from models.jobs.order import Order
from models.match_run import MatchPair, RunKind
from models.reference.calendar import months_after
from models.training.certificate import Certificate, RevocationGround
from models.training.training_class import ClassState, TrainingClass
from models.workflow import TransitionRefused
from tests.app.training.certification.scene import ISSUER, Scene, make_scene, workbook
from tests.conftest import Client
from tests.factories.people import BUTUO, ZHAOJUE, make_order, make_user
from tests.factories.racing import at_once, racing_app

HEAD = ("座号", "姓名", "身份证后四位", "证书编号", "等级", "发证日期", "发证机构")


@pytest.fixture
def examined(scene: Scene) -> Scene:
    scene.examine((85, 90), (70, 65))
    return scene


def only(scene: Scene) -> Certificate:
    return scene.session.scalars(select(Certificate).order_by(Certificate.id)).first()


def test_a_certificate_and_the_skill_enter_the_profile_with_their_history(examined: Scene) -> None:
    examined.certify("ZJ2019001", "ZJ2019002")
    worker = examined.learners[0].worker
    assert (worker.skills, worker.certificates) == (["焊接"], ["焊工证"])
    assert only(examined).expires_on == months_after(today(), 36)
    assert any(str(entry.what) == "修改了资料" for entry in timeline(examined.session, worker, []))
    assert examined.training_class.uncertified == 0


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [(("ZJ1", "ZJ2019002"), "证书编号“ZJ1”不对"), (("ZJ2019001", "ZJ2019001"), "填了两次")],
)
def test_a_number_that_is_none_or_stands_twice_is_refused(
    examined: Scene, numbers: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(TransitionRefused, match=sentence):
        examined.certify(*numbers)


def test_a_number_used_before_is_refused_and_names_the_other_class(examined: Scene) -> None:
    examined.certify("ZJ2019001")
    other = make_scene(examined.session, examined.enter, county_code=BUTUO)
    other.examine((80, 80), (80, 80))
    with pytest.raises(TransitionRefused, match=examined.training_class.name):
        other.certify("ZJ2019001")


def test_only_graduates_of_an_examined_class_get_certificates(scene: Scene) -> None:
    scene.examine((85, 90), (10, 10))
    failed = certificates.Entry(
        scene.learners[1].id, "ZJ2019009", scene.training_class.level, today(), ISSUER
    )
    with pytest.raises(TransitionRefused, match="没有结业"):
        certificates.issue(
            scene.session, scene.actor(scene.county), scene.training_class, [failed], utc_now()
        )
    scene.training_class.state = ClassState.TEACHING
    with pytest.raises(TransitionRefused, match="考核完、没有归档的班"):
        scene.certify("ZJ2019001")


def test_numbers_by_spreadsheet_show_every_error(examined: Scene) -> None:
    first, second = (one.worker for one in examined.learners[:2])
    rows = [
        (1, first.name, first.id_last4, "ZJ2019001", "五级", today(), ISSUER),
        (2, second.name, second.id_last4, "ZJ2019001", "十级", "昨天", ""),
    ]
    form = {"file": (workbook(HEAD, *rows), "证书.xlsx")}
    assert (
        examined.post(examined.county, f"/classes/{examined.training_class.id}/numbers/import", **form)[0]
        == 303
    )
    page = examined.page(examined.county, "/results/imports/1")
    for sentence in ("填了两次", "“十级”不是等级", "看不懂日期“昨天”", "1 人可以登记，1 行退回"):
        assert sentence in page, sentence
    assert examined.post(examined.school, "/results/imports/1/confirm")[0] == 403
    assert examined.post(examined.county, "/results/imports/1/confirm")[0] == 303
    assert examined.learners[0].worker.certificates == ["焊工证"]


def test_numbers_typed_on_the_page(examined: Scene) -> None:
    first, second = (one.id for one in examined.learners[:2])
    form = {
        "issued_on": str(today()),
        "issuer": ISSUER,
        f"number-{first}": "ZJ2019001",
        f"level-{first}": "5",
        f"number-{second}": "ZJ2019001",
        f"level-{second}": "special",
    }
    status, page = examined.post(examined.county, f"/classes/{examined.training_class.id}/numbers", **form)
    assert status == 200
    assert "填了两次" in page
    form[f"number-{second}"] = "ZJ2019002"
    assert examined.post(examined.county, f"/classes/{examined.training_class.id}/numbers", **form)[0] == 303
    assert "ZJ2019002" in examined.page(examined.county, "/results/certificates?number=zj20190")


def test_what_was_learned_counts_in_the_next_match(examined: Scene) -> None:
    worker = examined.learners[0].worker
    worker.certificates = ["电工证"]
    order = make_order(examined.session, certificates=["焊工证"])
    assert worker.id not in matched(examined, order)
    examined.certify("ZJ2019001")
    assert worker.id in matched(examined, order)


def matched(scene: Scene, order: Order) -> list[int]:
    """Return whom a run for ``order`` finds."""
    run = start(scene.session, scene.actor(scene.county), RunKind.ORDER, today(), order=order)
    scene.session.commit()
    return list(scene.session.scalars(select(MatchPair.worker_id).where(MatchPair.run_id == run.id)))


def test_a_revoked_certificate_leaves_the_profile_and_says_so_in_public(examined: Scene) -> None:
    examined.certify("ZJ2019001")
    row = only(examined)
    assert examined.post(examined.school, f"/results/certificates/{row.id}/revoke", reason="冒名")[0] == 403
    assert examined.post(examined.county, f"/results/certificates/{row.id}/revoke", reason="")[0] == 200
    path, said = f"/results/certificates/{row.id}/revoke", {"ground": "request", "reason": "冒名顶替"}
    assert examined.post(examined.county, path, reason="冒名顶替")[0] == 200
    assert examined.post(examined.county, path, **said)[0] == 303
    assert examined.post(examined.county, path, **said)[0] == 409
    assert examined.learners[0].worker.certificates == []
    page = visit(examined, row.token)
    assert "已吊销" in page
    assert "冒名顶替" not in page


def revoke(scene: Scene, row: Certificate, ground: RevocationGround) -> int:
    actor = scene.actor(scene.county)
    sums = certificates.revoke(scene.session, actor, row, ground, "编号登错", utc_now())
    scene.session.commit()
    return sums


@pytest.mark.parametrize(
    ("ground", "skills"),
    [
        (RevocationGround.ERROR, []),
        (RevocationGround.FRAUD, []),
        (RevocationGround.REQUEST, ["焊接"]),
        (RevocationGround.LAPSED, ["焊接"]),
    ],
)
def test_the_reason_of_a_revocation_decides_whether_the_skill_stays(
    examined: Scene, ground: RevocationGround, skills: list[str]
) -> None:
    examined.certify("ZJ2019001")
    row = only(examined)
    assert row.worker.skills == ["焊接"]
    revoke(examined, row, ground)
    assert row.worker.skills == skills


def test_a_skill_that_was_known_before_survives_a_certificate_issued_in_error(examined: Scene) -> None:
    worker = examined.learners[0].worker
    worker.skills = ["焊接"]
    examined.certify("ZJ2019001")
    revoke(examined, only(examined), RevocationGround.FRAUD)
    assert worker.skills == ["焊接"]


def test_what_stood_in_the_profile_before_stays_after_a_revocation(examined: Scene) -> None:
    worker = examined.learners[0].worker
    worker.certificates = ["焊工证"]
    examined.certify("ZJ2019001")
    revoke(examined, only(examined), RevocationGround.ERROR)
    assert worker.certificates == ["焊工证"]


def test_after_a_revocation_a_new_number_is_issued_even_to_a_class_already_placed(examined: Scene) -> None:
    examined.certify("ZJ2019001", "ZJ2019002")
    examined.training_class.state = ClassState.PLACED
    path = f"/classes/{examined.training_class.id}/numbers"
    assert "都有证书了" in examined.page(examined.county, path)
    with pytest.raises(TransitionRefused, match="已经登记过证书"):
        examined.certify("ZJ2019003")
    row = only(examined)
    revoke(examined, row, RevocationGround.ERROR)
    assert "重新发证" in examined.page(examined.county, f"/results/certificates/{row.id}")
    assert f'name="number-{row.enrolment_id}"' in examined.page(examined.county, path)
    examined.certify("ZJ2019003")
    assert examined.learners[0].worker.certificates == ["焊工证"]
    assert "已吊销" in visit(examined, row.token)
    assert "ZJ2019003" in examined.page(examined.school, f"/classes/{examined.training_class.id}/marks")
    assert "重新发证" not in examined.page(examined.county, f"/results/certificates/{row.id}")


def test_nobody_holds_two_certificates_of_one_class(examined: Scene) -> None:
    examined.certify("ZJ2019001")
    row = only(examined)
    values = {one.key: getattr(row, one.key) for one in Certificate.__mapper__.column_attrs}
    examined.session.add(Certificate(**values | {"id": None, "number": "ZJ2019009", "token": "another"}))
    with pytest.raises(IntegrityError):
        examined.session.flush()
    examined.session.rollback()


def test_an_expired_certificate_leaves_the_profile_at_night(examined: Scene) -> None:
    examined.certify("ZJ2019001", "ZJ2019002")
    row = only(examined)
    row.enrolment.exam_on = row.issued_on = row.expires_on = today() - timedelta(days=1)
    examined.session.commit()
    assert certificates.expire_certificates(examined.session, CLOCK, utc_now()) == 1
    assert certificates.expire_certificates(examined.session, CLOCK, utc_now()) == 0
    assert [one.worker.certificates for one in examined.learners[:2]] == [[], ["焊工证"]]
    assert "已过期" in visit(examined, row.token)


def visit(scene: Scene, token: str, status: int = 200) -> str:
    answer = scene.enter(scene.county).application.test_client().get(f"/training/results/verify/{token}")
    assert answer.status_code == status
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    return answer.get_data(as_text=True)


def test_the_public_page_reveals_no_more_than_an_employer_needs(examined: Scene) -> None:
    examined.certify("ZJ2019001")
    row, worker = only(examined), examined.learners[0].worker
    page = visit(examined, row.token)
    text = re.sub(r"<[^>]+>", " ", re.search(r"<main.*?</main>", page, re.S).group())
    for told in ("有效", f"{worker.name[0]}*", "焊工", "初级工", "ZJ2019001", ISSUER):
        assert told in page, told
    for hidden in (
        worker.name,
        worker.id_number,
        "后四位",
        worker.phone,
        worker.township,
        examined.training_class.name,
        "理论",
        "实操",
    ):
        assert hidden not in text, hidden


def test_an_unknown_address_shows_the_same_page_without_anything(examined: Scene) -> None:
    examined.certify("ZJ2019001")
    known, unknown = visit(examined, only(examined).token), visit(examined, "x" * 22, 404)
    assert "查不到" in unknown
    assert re.findall(r"<dt>(.*?)</dt>", known) == re.findall(r"<dt>(.*?)</dt>", unknown)


def test_the_sheet_and_the_workers_own_page_carry_the_code(examined: Scene) -> None:
    examined.certify("ZJ2019001")
    assert (
        examined.page(examined.school, f"/classes/{examined.training_class.id}/sheet").count(
            "data:image/svg+xml"
        )
        == 1
    )
    person = make_user(examined.session, Role.WORKER, worker_id=examined.learners[0].worker_id)
    own = examined.enter(person).get("/my/profile").get_data(as_text=True)
    assert "ZJ2019001" in own
    assert "data:image/svg+xml" in own


# --- two counties at the same moment --------------------------------------------------------------------


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_app(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Flask]:
    with racing_app(request.param, tmp_path, "certificates") as application:
        application.test_client_class = Client
        yield application


def test_two_counties_noting_one_number_at_once_give_one_certificate(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes = [make_scene(db.session, own_app.test_client, county_code=code) for code in (ZHAOJUE, BUTUO)]
    for scene in scenes:
        scene.examine((80, 80), (80, 80))
    jobs = [
        (scene.training_class.id, scene.actor(scene.county), scene.entries("ZJ2019001")) for scene in scenes
    ]
    names = [scene.training_class.name for scene in scenes]
    db.session.rollback()
    # As if both had looked for the number before either wrote it.
    monkeypatch.setattr(certificates, "_refuse_entries", lambda *given: None)
    said = at_once(own_app, [lambda session, job=job: note(session, *job) for job in jobs])
    assert sorted(one is None for one in said) == [False, True]
    winner = names[said.index(None)]
    assert winner in next(one for one in said if one)
    assert db.session.scalars(select(Certificate.number)).all() == ["ZJ2019001"]


def note(session: Session, class_id: int, actor: object, entries: list[certificates.Entry]) -> None:
    certificates.issue(session, actor, session.get_one(TrainingClass, class_id), entries, utc_now())  # type: ignore
