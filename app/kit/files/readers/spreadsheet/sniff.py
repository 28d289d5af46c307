"""Tells by its content, never by its name, what a file is and how its text is encoded."""

import codecs
import re
import zipfile
import zlib
from typing import BinaryIO

from .events import Refused

HEAD = 65536
UNPACKED_LIMIT = 600 * 1024 * 1024
PARTS_LIMIT = 5000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_SHEET_PARTS = ("workbook.xml", "workbook.bin", "content.xml")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def kind_of(file: BinaryIO) -> str:
    """``calamine``, ``html``, ``mhtml``, ``xml`` or ``text``. Raises Refused for anything else."""
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip():
        raise Refused("EMPTY")
    if head.startswith(b"PK"):
        return _check_zip(file)
    if head.startswith(_OLE):
        return _check_ole(file)
    if head.startswith(_OTHER_FILES):
        raise Refused("NOT_A_SHEET")
    return _text_kind(head)


def encoding_of(file: BinaryIO) -> str:
    """The codec of a text file: by its mark, else UTF-8 if all of it is, else GB 18030."""
    head = file.read(HEAD)
    file.seek(0)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if head[1::2].count(0) * 4 > len(head):
        return "utf-16-le"
    return "utf-8" if _is_utf8(file) else "gb18030"


def _check_zip(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_size(parts)
            kind = _read_part(archive, "mimetype")
            manifest = _read_part(archive, "META-INF/manifest.xml")
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError):
        raise Refused("DAMAGED") from None
    finally:
        file.seek(0)
    if b"encryption-data" in manifest:
        raise Refused("PASSWORD")
    is_sheet = any(part.filename.lower().endswith(_SHEET_PARTS) for part in parts)
    if not is_sheet or (kind and b"spreadsheet" not in kind):
        raise Refused("NOT_A_SHEET")
    return "calamine"


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to too much, before anything is unpacked."""
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise Refused("TOO_LARGE")


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(HEAD)
    except KeyError:
        return b""


def _check_ole(file: BinaryIO) -> str:
    data = file.read()
    file.seek(0)
    if _ENCRYPTED_STREAM in data:
        raise Refused("PASSWORD")
    if _WORD_STREAM in data:
        raise Refused("NOT_A_SHEET")
    return "calamine"


def _text_kind(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or head[1::2].count(0) * 4 > len(head):
        start = head.decode("utf-16", "ignore")
    elif b"\0" in head:
        raise Refused("NOT_A_SHEET")
    else:
        start = head.decode("utf-8", "ignore")
    start = start.lstrip("\ufeff \t\r\n")
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith("<?xml"):
        return "xml"
    if re.match(r"(MIME-Version|From|Content-Type):", start, re.IGNORECASE):
        return "mhtml"
    return "html" if start.startswith("<") else "text"


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
