"""The records of an .xls or .et workbook (MS-XLS): its password, hidden rows and columns, error cells."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from .marks import ERROR_WORDS, LEAST_HEIGHT, LEAST_WIDTH, Marks

STREAMS = ("Workbook", "Book")
BOF, EOF, FILEPASS, SHEET = 0x0809, 0x000A, 0x002F, 0x0085
ROW, COLUMNS, FILTERED, ERROR, FORMULA = 0x0208, 0x007D, 0x009B, 0x0205, 0x0006
OLDER_BOFS = (0x0009, 0x0209, 0x0409)
WANTED = frozenset((ROW, COLUMNS, FILTERED, ERROR, FORMULA, EOF))
BIFF8 = 0x0600
WORKSHEET = 0
TWIPS_A_POINT = 20
WIDTHS_A_CHARACTER = 256

Record = tuple[int, bytes]


def workbook_stream(file: BinaryIO) -> bytes:
    """The stream of records; empty where the container holds none."""
    import olefile  # with all it brings along, for this kind of file only

    try:
        with olefile.OleFileIO(file) as container:
            for name in STREAMS:
                if container.exists(name):
                    return bytes(container.openstream(name).read())
    except (OSError, ValueError, IndexError, KeyError, struct.error):
        return b""
    finally:
        file.seek(0)
    return b""


def has_password(stream: bytes) -> bool:
    """Whether the records behind the first ones are enciphered."""
    return any(kind == FILEPASS for kind, _body in _records(stream, 0, frozenset((FILEPASS, EOF))))


def marks_of(file: BinaryIO) -> dict[str, Marks]:
    """By the names of the sheets."""
    stream = workbook_stream(file)
    return {name: _marks(stream, place) for name, place in _sheets(stream)}


def _records(stream: bytes, place: int, wanted: frozenset[int]) -> Iterator[Record]:
    """The wanted records of one substream, to its end."""
    header, end = struct.Struct("<HH"), len(stream) - 4
    while place <= end:
        kind, size = header.unpack_from(stream, place)
        if kind in wanted:
            yield kind, stream[place + 4 : place + 4 + size]
            if kind == EOF:
                return
        place += 4 + size


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """The worksheets' names and where their substreams begin."""
    if len(stream) < 8:
        return
    is_new = struct.unpack_from("<H", stream, 4)[0] >= BIFF8
    for kind, body in _records(stream, 0, frozenset((SHEET, EOF))):
        if kind == SHEET and len(body) > 8:
            place, _visible, sort, length = struct.unpack_from("<IBBB", body)
            if sort == WORKSHEET:
                yield _name(body[7:], length, is_new), place


def _name(body: bytes, length: int, is_new: bool) -> str:
    if not is_new:
        return body[:length].decode("gb18030", "replace")
    if body[:1] == b"\x01":
        return body[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return body[1 : 1 + length].decode("latin-1")


def _marks(stream: bytes, place: int) -> Marks:
    marks = Marks()
    try:
        for kind, body in _records(stream, place, WANTED):
            _take(marks, kind, body)
    except struct.error:  # a record cut short: calamine judges the file
        return marks
    return marks


def _take(marks: Marks, kind: int, body: bytes) -> None:
    if kind == ROW:
        row, _first, _last, height = struct.unpack_from("<HHHH", body)
        flags = struct.unpack_from("<H", body, 12)[0]
        if flags & 0x20 or (not height & 0x8000 and height < LEAST_HEIGHT * TWIPS_A_POINT):
            marks.rows.append(row + 1)
    elif kind == COLUMNS:
        first, last, width, _format, flags = struct.unpack_from("<HHHHH", body)
        if flags & 1 or width < LEAST_WIDTH * WIDTHS_A_CHARACTER:
            marks.columns.append((first + 1, min(last, 255) + 1))
    elif kind == FILTERED:
        marks.filtered = True
    elif kind == ERROR:
        row, column, _format, value, is_error = struct.unpack_from("<HHHBB", body)
        if is_error:
            marks.note(row + 1, column + 1, ERROR_WORDS.get(value, "#N/A"))
    elif kind == FORMULA and body[6:7] == b"\x02" and body[12:14] == b"\xff\xff":
        row, column = struct.unpack_from("<HH", body)
        marks.note(row + 1, column + 1, ERROR_WORDS.get(body[8], "#N/A"))
