"""What a school sends with its claim: drawn anew, sealed, opened by the checker before the claim passes."""

import io
import re
import zipfile

from PIL import Image
from sqlalchemy import select, text

from app.training.subsidies.operations import claims
from models.audit import AuditEvent
from models.clock import today
from models.training.claim_paper import ClaimPaper, ClaimPaperKind, papers_of
from models.training.subsidy import Claim
from models.training.training_class import ClassState
from tests.app.training.subsidies.scene import PHONE, WHY, Scene


def photograph(colour: str = "white") -> bytes:
    """A photograph of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "JPEG")
    return out.getvalue()


def send(scene: Scene, claim: Claim, data: bytes, kind: str = "invoice") -> tuple[int, str]:
    """Let the school send an attachment."""
    return scene.post(scene.school, f"/{claim.id}/papers", kind=kind, file=(io.BytesIO(data), "发票.jpg"))


def checked(scene: Scene) -> Claim:
    """A claim whose every question is answered, with one attachment."""
    claim = scene.claim()
    checker = scene.actor(scene.checker)
    for number in range(len(claim.warnings)):
        claims.answer_warning(scene.session, checker, claim, number, WHY, today())
    scene.session.commit()
    assert send(scene, claim, photograph())[0] == 303
    return claim


def paper_of(scene: Scene) -> ClaimPaper:
    return scene.session.scalars(select(ClaimPaper).order_by(ClaimPaper.id)).first()


def test_an_attachment_comes_in_drawn_anew_and_sealed(scene: Scene) -> None:
    claim = scene.claim()
    status, page = send(scene, claim, b"MZ not a paper")
    assert (status, "只收照片（JPG、PNG）或 PDF" in page) == (200, True)
    assert send(scene, claim, photograph(), "photographs")[0] == 303
    paper = paper_of(scene)
    assert (paper.kind, paper.pages, paper.content[:5]) == (ClaimPaperKind.PHOTOGRAPHS, 1, b"%PDF-")
    raw = scene.session.execute(text("select content from claim_paper")).scalar_one()
    assert b"%PDF-" not in raw
    assert "已经交过了" in send(scene, claim, photograph())[1]
    assert "上课照片" in scene.page(scene.school, f"/{claim.id}")


def test_a_claim_is_not_passed_before_its_checker_has_opened_every_attachment(scene: Scene) -> None:
    claim = checked(scene)
    page = scene.page(scene.checker, f"/{claim.id}")
    assert re.search(r"<button [^>]*disabled data-after-opening[^>]*>审核通过，公示", page)
    passed = {"report": "齐全", "phone": PHONE}
    assert "还有 1 份附件你没有打开看过" in scene.post(scene.checker, f"/{claim.id}/publish", **passed)[1]
    opened = scene.enter(scene.payer).post(f"/training/claims/papers/{paper_of(scene).id}/open")
    assert (opened.status_code, opened.data[:5]) == (200, b"%PDF-")
    scene.post(scene.checker, f"/{claim.id}/publish", **passed)
    assert scene.training_class.state is ClassState.CLAIMED  # a colleague's look is not the checker's
    scene.enter(scene.checker).post(f"/training/claims/papers/{paper_of(scene).id}/open")
    assert "data-after-opening" not in scene.page(scene.checker, f"/{claim.id}")
    assert scene.post(scene.checker, f"/{claim.id}/publish", **passed)[0] == 303
    assert scene.training_class.state is ClassState.PUBLISHED
    told = scene.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "claim:open_paper")).all()
    assert len(told) == 2


def test_an_attachment_is_taken_back_until_the_list_is_up(scene: Scene) -> None:
    claim = checked(scene)
    paper = paper_of(scene)
    assert scene.post(scene.school, f"/papers/{paper.id}/withdraw")[0] == 303
    assert (paper.content, papers_of(scene.session, claim)) == (None, [])
    assert scene.enter(scene.checker).post(f"/training/claims/papers/{paper.id}/open").status_code == 404
    scene.post(scene.checker, f"/{claim.id}/publish", report="齐全", phone=PHONE)
    assert scene.training_class.state is ClassState.PUBLISHED
    assert "名单已经公示，附件不能再改" in send(scene, claim, photograph("red"))[1]


def test_the_package_holds_the_attachments(scene: Scene) -> None:
    claim = checked(scene)
    form = {"purpose": "service", "purpose_word": "报县人社局"}
    answer = scene.enter(scene.school).post(f"/training/claims/{claim.id}/package", data=form)
    archive = zipfile.ZipFile(io.BytesIO(answer.get_data()))
    name = next(one for one in archive.namelist() if one.endswith(".pdf"))
    assert name == "09-发票或收费票据.pdf"
    assert archive.read(name)[:5] == b"%PDF-"
