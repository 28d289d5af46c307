"""What leaves the platform: the package, the payment file, the form on A4."""

import io
import zipfile

import openpyxl
from sqlalchemy import select

from models.audit import AuditEvent
from models.event_tags import EventTag
from models.training.subsidy import Claim
from models.training.training_class import TrainingClass
from models.user import User
from tests.app.training.subsidies.scene import ACCOUNT, DAY_FEN, DAYS, FEE_FEN, Scene

PAPERS = [
    "职业培训补贴申请表",
    "学员花名册",
    "课程表",
    "考勤表",
    "成绩册",
    "证书清单",
    "就业凭证清单",
    "补贴明细",
]
PURPOSE = "payment"


def fetch(scene: Scene, user: User, path: str, **form: str) -> bytes:
    """Send the form of a download; return the file."""
    answer = scene.enter(user).post(f"/training/claims{path}", data=form)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data()


def rows_of(data: bytes, sheet: int = 0) -> list[tuple]:
    """Return the rows of a workbook's sheet."""
    return list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[sheet].iter_rows(values_only=True))


def package_of(scene: Scene, claim: Claim) -> dict[str, bytes]:
    """Return the papers of a claim by name."""
    data = fetch(scene, scene.school, f"/{claim.id}/package", purpose=PURPOSE)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name[3:-5]: archive.read(name) for name in archive.namelist()}


def test_the_package_holds_every_paper_and_the_audit_knows_what_for(scene: Scene) -> None:
    scene.learners[0].worker.name = "=1+1"
    claim = scene.claim()
    papers = package_of(scene, claim)
    assert list(papers) == PAPERS
    assert rows_of(papers["考勤表"])[1][1:5] == ("=1+1", "100%", "8/8", 2)
    book = openpyxl.load_workbook(io.BytesIO(papers["考勤表"]))
    assert book.worksheets[0].cell(2, 2).data_type == "s"
    details = rows_of(papers["补贴明细"])
    assert [row[6] for row in details[1:3]] == [FEE_FEN / 100, DAYS * DAY_FEN / 100]
    assert dict(rows_of(papers["职业培训补贴申请表"]))["收款账号"] == ACCOUNT.number
    taken = scene.session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.CLAIM_EXPORT)).one()
    assert (taken.details["purpose"], taken.details["kind"]) == ("payment:", "package")


def test_no_file_without_a_purpose(scene: Scene) -> None:
    claim = scene.claim()
    status, page = scene.post(scene.school, f"/{claim.id}/package")
    assert (status, "请选用途" in page) == (200, True)
    assert (
        scene.session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.CLAIM_EXPORT)).first()
        is None
    )


def test_the_payment_file_leaves_the_card_column_to_the_card_system(scene: Scene) -> None:
    notice = scene.publish(days_ago=30)
    path, form = f"/{notice.claim_id}/payment-file", {"purpose": PURPOSE}
    assert scene.post(scene.school, path, **form)[0] == 403
    data = fetch(scene, scene.payer, path, **form)
    to_school, to_learners = rows_of(data), rows_of(data, 1)
    assert to_school[1][:4] == (ACCOUNT.name, ACCOUNT.number, ACCOUNT.bank, 2 * FEE_FEN / 100)
    worker = scene.learners[0].worker
    assert to_learners[1] == (worker.name, worker.id_number, None, DAYS * DAY_FEN / 100)
    assert "一卡通账号" in to_learners[0][2]


def test_the_form_on_paper_says_who_gets_what(scene: Scene) -> None:
    claim = scene.claim()
    page = scene.page(scene.school, f"/{claim.id}/application")
    assert "职业培训补贴申请表" in page
    assert scene.learners[0].worker.name in page
    number = scene.session.scalars(
        select(TrainingClass.number).where(TrainingClass.id == scene.training_class.id)
    ).one()
    assert number in page
