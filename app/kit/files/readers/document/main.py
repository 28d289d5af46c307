"""The limited process: a photograph or PDF comes in, one freshly drawn PDF of JPEG pages goes out.

Nothing of the sender's file survives but pixels: no script, no link, no attachment, no place where it was
taken.
"""

import io
import json
import sys

import pypdfium2
from PIL import Image, ImageOps

MOST_PIXELS, LONG_SIDE, QUALITY, MOST_PAGES = 60_000_000, 2000, 80, 20
PICTURES = ("JPEG", "PNG", "WEBP")
POINTS_AN_INCH = 72


class Refused(Exception):
    """``args[0]`` is the name of a member of app.kit.files.document_sanitizer.PaperProblem."""


def main() -> None:
    """Read standard input; write one line of JSON, then the PDF."""
    out = sys.stdout.buffer
    try:
        pages, content = redraw(sys.stdin.buffer.read())
        out.write(json.dumps({"pages": pages}).encode() + b"\n" + content)
    except Refused as refusal:
        out.write(json.dumps({"refused": refusal.args[0]}).encode() + b"\n")
    except MemoryError:
        out.write(json.dumps({"refused": "TOO_LARGE"}).encode() + b"\n")
    out.flush()


def redraw(data: bytes) -> tuple[int, bytes]:
    """The number of pages and the new PDF. Raises Refused."""
    images = _pages_of_pdf(data) if data.startswith(b"%PDF-") else [_picture(data)]
    result = io.BytesIO()
    images[0].save(result, "PDF", save_all=True, append_images=images[1:], quality=QUALITY)
    return len(images), result.getvalue()


def _picture(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=PICTURES) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused("TOO_LARGE")
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONG_SIDE, LONG_SIDE))
            return _on_white(upright)
    except Image.DecompressionBombError:
        raise Refused("TOO_LARGE") from None
    except (OSError, SyntaxError, ValueError) as problem:
        raise Refused(_kind_of_trouble(data)) from problem


def _kind_of_trouble(data: bytes) -> str:
    known = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
    return "DAMAGED" if data.startswith(known) else "NOT_A_PAPER"


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _pages_of_pdf(data: bytes) -> list[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        raise Refused("PASSWORD" if "password" in str(problem).lower() else "DAMAGED") from problem
    if not 0 < len(document) <= MOST_PAGES:
        raise Refused("TOO_MANY_PAGES")
    return [_draw(page) for page in document]


def _draw(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(page.get_size())
    if longest <= 0:
        raise Refused("DAMAGED")
    scale = min(LONG_SIDE / longest, 200 / POINTS_AN_INCH)
    image: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return image.convert("RGB")
