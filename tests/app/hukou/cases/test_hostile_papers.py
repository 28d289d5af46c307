"""What strangers may send where a paper is expected: refused in a sentence, or taken as pixels; never a
crash."""

import io
from collections.abc import Callable

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.document_sanitizer import PaperProblem
from models.access import Role
from models.hukou.case import CaseState, HukouDocument
from tests.app.kit.files.test_document_sanitizer import bomb, pdf, picture
from tests.factories.hukou import make_case
from tests.factories.people import ZHAOJUE, make_user

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
SCRIPT = b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
REFUSED = {
    "svg": (SVG, PaperProblem.NOT_A_PAPER),
    "page": (b"<!doctype html><script>alert(1)</script>", PaperProblem.NOT_A_PAPER),
    "zip": (b"PK\x03\x04" + b"\x00" * 200, PaperProblem.NOT_A_PAPER),
    "program": (b"MZ" + b"\x90" * 400, PaperProblem.NOT_A_PAPER),
    "bomb": (bomb(), PaperProblem.TOO_LARGE),
    "cut short": (picture()[:300], PaperProblem.DAMAGED),
    "22 pages": (pdf(22), PaperProblem.TOO_MANY_PAGES),
    "11 MB": (b"\xff\xd8\xff" + b"\x00" * (11 << 20), PaperProblem.TOO_HEAVY),
}
CLEANED = {
    "polyglot": picture() + b"<script>alert(1)</script>PK\x03\x04evil.zip",
    "pdf with script": pdf().replace(b"/Type/Catalog", SCRIPT),
}
TOO_MUCH = 50 << 20


@pytest.fixture
def send(session: Session, sign_in: Callable[..., FlaskClient]) -> Callable[[bytes], object]:
    """Send a file as the county would, under an innocent name."""
    case = make_case(session)
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    path = f"/hukou/cases/{case.id}/papers"
    return lambda data: county.post(
        path, data=multipart(data), content_type="multipart/form-data; boundary=XX"
    )


def multipart(data: bytes) -> bytes:
    """Return the body of an upload; the test client's own leaves a temporary file open."""
    head = '--XX\r\nContent-Disposition: form-data; name="kind"\r\n\r\nlease\r\n--XX\r\n'
    head += 'Content-Disposition: form-data; name="file"; filename="租房备案.jpg"\r\n\r\n'
    return head.encode() + data + b"\r\n--XX--\r\n"


def test_what_is_no_paper_is_refused_in_a_sentence(session: Session, send: Callable[[bytes], object]) -> None:
    for name, (data, problem) in REFUSED.items():
        answer = send(data)
        assert answer.status_code == 200, name
        assert problem.sentence.text in answer.text, name
    assert session.scalars(select(HukouDocument)).all() == []


def test_what_hides_behind_a_picture_or_page_stays_outside(
    session: Session, send: Callable[[bytes], object]
) -> None:
    for name, data in CLEANED.items():
        assert send(data).status_code == 303, name
        paper = session.scalars(select(HukouDocument).order_by(HukouDocument.id.desc())).first()
        assert len(pypdfium2.PdfDocument(paper.content)) == 1
        for word in (b"JavaScript", b"<script", b"evil.zip"):
            assert word not in paper.content, name


def test_fifty_megabytes_are_refused_before_they_are_read(
    session: Session, send: Callable[[bytes], object]
) -> None:
    answer = send(b"\xff\xd8\xff" + b"\x00" * TOO_MUCH)
    assert answer.status_code in (200, 413)
    assert "MB" in answer.text
    assert session.scalars(select(HukouDocument)).all() == []


def test_the_phone_says_it_too_and_keeps_the_page(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    case = make_case(session, state=CaseState.PRESCREEN)
    phone = sign_in(make_user(session, Role.WORKER, worker_id=case.worker_id))
    page = phone.post("/my/settling/papers", data={"kind": "lease", "file": (io.BytesIO(SVG), "房.png")})
    assert page.status_code == 200
    assert PaperProblem.NOT_A_PAPER.sentence.text in page.text
    assert "拍照上传" in page.text
