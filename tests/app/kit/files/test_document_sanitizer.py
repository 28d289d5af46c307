"""Papers from strangers: whatever is sent, only pixels come through, or a sentence comes back."""

import io
import zlib
from collections.abc import Callable

import pypdfium2
import pytest
from PIL import Image

from app.kit.files import document_sanitizer, sandbox
from app.kit.files.document_sanitizer import LIMITS, MOST_BYTES, PaperError, PaperProblem, take


def picture(size: tuple[int, int] = (900, 600), kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _n in range(pages):
        document.new_page(595, 842)
    document.save(out)
    return out.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to 2.7 GB."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_photograph_becomes_a_pdf_of_one_page_that_tells_no_place() -> None:
    exif = Image.Exif()
    exif[0x010E] = "GPS-CANARY"
    paper = take(picture(exif=exif))
    assert paper.content.startswith(b"%PDF-")
    assert b"CANARY" not in paper.content
    assert paper.pages == len(pypdfium2.PdfDocument(paper.content)) == 1


def test_a_large_photograph_is_made_smaller_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the phone turned
    page = pypdfium2.PdfDocument(take(picture((4000, 3000), exif=exif)).content)[0]
    width, height = page.get_size()
    assert height > width


def test_all_pages_of_a_pdf_come_through_and_its_script_does_not() -> None:
    hostile = pdf(3).replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
    assert b"JavaScript" in hostile
    paper = take(hostile)
    assert paper.pages == 3
    assert b"JavaScript" not in paper.content


def test_a_picture_with_something_behind_it_loses_what_is_behind() -> None:
    paper = take(picture() + b"<script>alert(1)</script>PK\x03\x04evil.zip%PDF-1.7")
    assert b"<script>" not in paper.content
    assert b"evil.zip" not in paper.content


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", PaperProblem.EMPTY),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            PaperProblem.NOT_A_PAPER,
        ),
        (b"MZ\x90\x00" + b"\x00" * 500, PaperProblem.NOT_A_PAPER),
        (b"GIF89a" + b"\x01" * 60, PaperProblem.NOT_A_PAPER),
        (picture()[:400], PaperProblem.DAMAGED),
        (b"%PDF-1.7\n%%EOF", PaperProblem.DAMAGED),
        (bomb(), PaperProblem.TOO_LARGE),
        (b"\xff" * (MOST_BYTES + 1), PaperProblem.TOO_HEAVY),
    ],
    ids=["empty", "svg", "program", "gif", "cut short", "no pages", "bomb", "too heavy"],
)
def test_what_is_no_paper_is_refused_with_a_sentence(data: bytes, problem: PaperProblem) -> None:
    with pytest.raises(PaperError) as refusal:
        take(data)
    assert refusal.value.problem is problem


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    with pytest.raises(PaperError) as refusal:
        take(pdf(21))
    assert refusal.value.problem is PaperProblem.TOO_MANY_PAGES


def many_scans(side: int = 7700, scans: int = 800) -> bytes:
    """A progressive JPEG of 60 million points and 400 kB: each of its scans paints all of them once more."""
    out = io.BytesIO()
    Image.new("L", (side, side), 77).save(out, "JPEG", progressive=True, quality=5)
    data = out.getvalue()
    last = data[data.rfind(b"\xff\xda") : -2]
    return data[:-2] + last * scans + b"\xff\xd9"


def forms_in_forms(levels: int = 9, fan: int = 12) -> bytes:
    """A PDF of two kilobytes that asks for 12^9 rectangles."""
    paint, none = b"/X Do " * fan, b""
    bodies = [paint] * (levels - 1) + [b"0 0 595 842 re f "]
    forms = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]%s/Length %d>>stream\n%s\nendstream"
        % (b"/Resources<</XObject<</X %d 0 R>>>>" % (6 + n) if body == paint else none, len(body), body)
        for n, body in enumerate(bodies)
    ]
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        b"<</Length %d>>stream\n%s\nendstream" % (len(paint), paint),
        *forms,
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + 1)


@pytest.mark.parametrize("build", [many_scans, forms_in_forms])
def test_a_paper_built_to_take_long_is_stopped_at_the_limit_of_ten_seconds_at_most(
    build: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LIMITS.seconds <= 10
    monkeypatch.setattr(document_sanitizer, "LIMITS", LIMITS._replace(seconds=2))  # of 15 that it would take
    monkeypatch.setattr(sandbox, "CLOCK", 100.0)  # the suite's machine may be busy
    with pytest.raises(PaperError) as refusal:
        take(build())
    assert refusal.value.problem in (PaperProblem.TOO_SLOW, PaperProblem.TOO_LARGE)


def test_a_busy_machine_is_not_told_as_a_fault_of_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock ran out, not the processor time: the paper is fine."""
    monkeypatch.setattr(sandbox, "CLOCK", 1e-6)
    with pytest.raises(PaperError) as refusal:
        take(picture())
    assert refusal.value.problem is PaperProblem.BUSY
