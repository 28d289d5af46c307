"""Tells by its content, never by its name, what a file is."""

import codecs
import re
import zlib
from typing import TYPE_CHECKING, BinaryIO

from .encoding import HEAD, wide_encoding
from .events import Refused

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

UNPACKED_LIMIT = 600 * 1024 * 1024
PARTS_LIMIT = 5000
LOCKED = 1  # the bit that a zip sets on a part with a password

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n")
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_SHEET_PARTS = ("workbook.xml", "workbook.bin", "content.xml")


def kind_of(file: BinaryIO) -> str:
    """``ooxml``, ``opendocument``, ``ole``, ``html``, ``mhtml``, ``xml`` or ``text``; else raises Refused."""
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


def _check_zip(file: BinaryIO) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_size(parts)
            locked = any(part.flag_bits & LOCKED for part in parts)
            kind = b"" if locked else _read_part(archive, "mimetype")
            manifest = b"" if locked else _read_part(archive, "META-INF/manifest.xml")
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError):
        raise Refused("DAMAGED") from None
    finally:
        file.seek(0)
    is_sheet = any(part.filename.lower().endswith(_SHEET_PARTS) for part in parts)
    if locked:
        raise Refused("PASSWORD" if is_sheet else "LOCKED_ARCHIVE")
    if b"encryption-data" in manifest:
        raise Refused("PASSWORD")
    if not is_sheet or (kind and b"spreadsheet" not in kind):
        raise Refused("NOT_A_SHEET")
    return "opendocument" if any(part.filename == "content.xml" for part in parts) else "ooxml"


def _check_size(parts: "list[ZipInfo]") -> None:
    """Refuse what would unpack to too much, before anything is unpacked."""
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise Refused("TOO_LARGE")


def _read_part(archive: "ZipFile", name: str) -> bytes:
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
    from .biff import has_password, workbook_stream

    if has_password(workbook_stream(file)):
        raise Refused("PASSWORD")
    return "ole"


def _text_kind(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = head.decode("utf-16", "ignore")
    elif wide := wide_encoding(head):
        start = head.decode(wide, "ignore")
    elif b"\0" in head and sum(head.count(code) for code in _CONTROLS) * 50 > len(head):
        raise Refused("NOT_A_SHEET")
    else:
        start = head.decode("utf-8", "ignore")
    start = start.lstrip("\ufeff \t\r\n")
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith("<?xml"):
        return "xml"
    if re.match(r"(MIME-Version|From|Content-Type):", start, re.IGNORECASE):
        return "mhtml"
    return "html" if start.startswith("<") else "text"
