"""Files that have broken other people's imports, made on the spot: bombs, lies, halves and masquerades."""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import xlsxwriter

from tests.trust.strings import NAUGHTY

WORKBOOKS = Path(__file__).parents[3] / "shared" / "data" / "workbooks"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
TENFOLD = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{TENFOLD}]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/passwd">]>'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def archive(*parts: tuple[str, bytes]) -> bytes:
    """Return a zip with these parts, names repeated where they repeat."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts:
            packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def roster(fill: Callable[[xlsxwriter.Workbook], object] | None = None) -> bytes:
    """Return a workbook as a county would send it, or as ``fill`` makes it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        if fill:
            fill(book)
        else:
            sheet = book.add_worksheet("名册")
            sheet.write_row(0, 0, ["姓名", "证件号码", "联系电话"])
            sheet.write_row(1, 0, ["阿木", "513431199005031016", "13800000001"])
    return out.getvalue()


def changed(part: str, data: bytes) -> bytes:
    """Return the roster with one part of its archive put in place of the honest one."""
    with zipfile.ZipFile(io.BytesIO(roster())) as honest:
        kept = [(name, honest.read(name)) for name in honest.namelist() if name != part]
    return archive(*kept, (part, data))


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    """Return the roster with a first sheet of these XML rows."""
    xml = f"{HEAD}{before}<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>"
    return changed("xl/worksheets/sheet1.xml", xml.encode("utf-8", "surrogatepass"))


def cell(text: str, place: str = "A1", row: object = 1) -> str:
    """Return one row of one text cell."""
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def strings(xml: str, before: str = "") -> bytes:
    """Return the roster with these shared strings."""
    return changed("xl/sharedStrings.xml", f"{HEAD}{before}<sst {MAIN}>{xml}</sst>".encode())


def xml_2003(table: str, before: str = "") -> bytes:
    """Return an XML spreadsheet of 2003."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    inside = f'<Worksheet ss:Name="a"><Table>{table}</Table></Worksheet>'
    book = f'<Workbook xmlns="{space}" xmlns:ss="{space}">{inside}</Workbook>'
    return f'<?xml version="1.0"?>{before}{book}'.encode()


def ods(table: str) -> bytes:
    """Return an OpenDocument spreadsheet."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{space}:{name}:1.0"' for name in ("office", "table", "text"))
    start = f"{HEAD}<office:document-content {names}><office:body><office:spreadsheet>"
    end = "</office:spreadsheet></office:body></office:document-content>"
    xml = f'{start}<table:table table:name="a">{table}</table:table>{end}'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return archive(("mimetype", kind), ("content.xml", xml.encode()))


def ole(*, sector_shift: int = 9, fat: int = 0, body: bytes = b"") -> bytes:
    """Return an OLE file whose header says what it is told to."""
    header = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, sector_shift, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", fat)
    return header.ljust(512, b"\xff") + (body or struct.pack("<I", 0) * 128) * 4


def many_sheets(book: xlsxwriter.Workbook) -> None:
    """Two thousand sheets, each with a heading."""
    for number in range(2000):
        book.add_worksheet(f"s{number}").write_row(0, 0, ["姓名", "证件号码"])


def hostile_cells(book: xlsxwriter.Workbook) -> None:
    """Every naughty text as a heading, a name, a number, a date."""
    page = book.add_worksheet("<script>'\"")
    page.write_row(0, 0, ["姓名", "证件号码", "联系电话", "务工时间", "什么时候能走", "备注"])
    for line, text in enumerate(NAUGHTY, 1):
        clean = text.encode("utf-8", "ignore").decode()[:30_000]
        for column in range(6):
            page.write_string(line, column, clean)


def hostile_headings(book: xlsxwriter.Workbook) -> None:
    """A sheet whose headings are naughty texts."""
    page = book.add_worksheet("a")
    page.write_row(0, 0, ["姓名", "证件号码"])
    for column, text in enumerate(NAUGHTY[:60], 2):
        page.write_string(0, column, text.encode("utf-8", "ignore").decode()[:2000])
    page.write_row(1, 0, ["阿木", "513431199005031016"] + ["x"] * 60)


def _archives() -> dict[str, Callable[[], bytes]]:
    zeros = bytes(300_000_000)
    return {
        "bomb.xlsx": lambda: changed("xl/worksheets/sheet1.xml", zeros),
        "bomb_strings.xlsx": lambda: changed("xl/sharedStrings.xml", zeros),
        "bomb_styles.xlsx": lambda: changed("xl/styles.xml", zeros),
        "bomb_aside.xlsx": lambda: changed("xl/media/a.bin", zeros),
        "nested.xlsx": lambda: archive(("a.xlsx", archive(("b.xlsx", roster())))),
        "many_parts.xlsx": lambda: archive(*((f"xl/worksheets/s{n}.xml", b"<x/>") for n in range(30_000))),
        "climbing.xlsx": lambda: archive(("../../../../tmp/x", b"x"), ("xl/workbook.xml", b"<x/>")),
        "twice.xlsx": lambda: changed("xl/worksheets/sheet1.xml", b"<worksheet/>") + roster(),
        "only_a_folder.xlsx": lambda: archive(("xl/", b"")),
        "document.xlsx": lambda: archive(("word/document.xml", b"<w/>")),
        "cut.xlsx": lambda: roster()[:-300],
        "cut_early.xlsx": lambda: roster()[:200],
        "tail.xlsx": lambda: roster() + b"\0" * 100_000,
        "head.xlsx": lambda: b"MZ" + roster(),
        "gzip.xlsx": lambda: gzip.compress(bytes(50_000_000)),
        "deflate.xlsx": lambda: zlib.compress(bytes(1000)),
        "many_sheets.xlsx": lambda: roster(many_sheets),
        "ods_rows.ods": lambda: ods(
            '<table:table-row table:number-rows-repeated="1000000000">'
            "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
        ),
        "ods_columns.ods": lambda: ods(
            "<table:table-row><table:table-cell "
            'table:number-columns-repeated="16000000"><text:p>x</text:p>'
            "</table:table-cell></table:table-row>"
        ),
        "ods_empty.ods": lambda: ods(""),
        "xlsb.xlsb": lambda: archive(
            ("xl/workbook.bin", b"\x83\x01\x00" * 999), ("[Content_Types].xml", b"<x/>")
        ),
    }


def _sheets() -> dict[str, Callable[[], bytes]]:
    deep = "<a>" * 200_000
    return {
        "laughs.xlsx": lambda: sheet(cell("&a11;"), LAUGHS),
        "laughs_strings.xlsx": lambda: strings("<si><t>&a11;</t></si>" * 3, LAUGHS),
        "outside.xlsx": lambda: sheet(cell("姓名&out;"), OUTSIDE),
        "deep.xlsx": lambda: sheet(deep),
        "far.xlsx": lambda: sheet(cell("x") + cell("y", "XFD1048576", 1_048_576)),
        "row_zero.xlsx": lambda: sheet(cell("x", "A0", 0)),
        "row_minus.xlsx": lambda: sheet(cell("x", "A-1", -1)),
        "row_huge.xlsx": lambda: sheet(cell("x", "A99999999999", 99_999_999_999)),
        "column_huge.xlsx": lambda: sheet(cell("x", "ZZZZZZZZ1")),
        "backwards.xlsx": lambda: sheet("".join(cell("x", f"A{n}", n) for n in range(500, 0, -1))),
        "no_places.xlsx": lambda: sheet("<row><c><v>1</v></c></row>" * 1000),
        "strings_out.xlsx": lambda: sheet('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'),
        "strings_minus.xlsx": lambda: sheet('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
        "numbers.xlsx": lambda: sheet(
            "".join(
                f'<row r="{n}"><c r="A{n}"><v>{v}</v></c></row>'
                for n, v in enumerate(["1e999", "-1e999", "NaN", "1e-400", "9" * 400, "0x1", "", "１"], 1)
            )
        ),
        "dates.xlsx": lambda: sheet(
            "".join(
                f'<row r="{n}"><c r="A{n}" t="d"><v>{v}</v></c></row>'
                for n, v in enumerate(["9999-99-99", "0000-01-01", "x", "10000-01-01T99:99:99"], 1)
            )
        ),
        "merged.xlsx": lambda: sheet(
            cell("姓名"),
            after="<mergeCells>"
            + "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(1, 20_000))
            + "</mergeCells>",
        ),
        "merged_mad.xlsx": lambda: sheet(
            cell("姓名"), after='<mergeCells><mergeCell ref="Z9:A1"/></mergeCells>'
        ),
        "half_pair.xlsx": lambda: sheet(cell("姓名_xD800_\ud800")),
        "nul.xlsx": lambda: sheet(cell("姓名_x0000_&#0;")),
        "not_utf8.xlsx": lambda: changed("xl/worksheets/sheet1.xml", b"<worksheet>\xff\xfe\x80</worksheet>"),
        "long_cell.xlsx": lambda: sheet(cell("长" * 2_000_000)),
        "cells.xlsx": lambda: roster(hostile_cells),
        "headings.xlsx": lambda: roster(hostile_headings),
        "index_2003.xml": lambda: xml_2003(
            '<Row ss:Index="999999999"><Cell ss:Index="999999999"><Data>x</Data></Cell></Row>'
        ),
        "merge_2003.xml": lambda: xml_2003(
            '<Row><Cell ss:MergeAcross="999999999" ss:MergeDown="99999999"><Data>x</Data></Cell></Row>'
        ),
        "laughs_2003.xml": lambda: xml_2003("<Row><Cell><Data>&a11;</Data></Cell></Row>", LAUGHS),
        "types_2003.xml": lambda: xml_2003(
            '<Row><Cell><Data ss:Type="Number">NaN</Data></Cell><Cell><Data '
            'ss:Type="DateTime">9999-99-99</Data></Cell></Row>'
        ),
    }


def _texts() -> dict[str, Callable[[], bytes]]:
    row = "阿木,513431199005031016,13800000001\n"
    return {
        "columns.csv": lambda: ("姓名,证件号码" + ",x" * 200_000).encode(),
        "line.csv": lambda: ("姓名," + "长" * 5_000_000).encode(),
        "quotes.csv": lambda: b'"' * 3_000_001,
        "open_quote.csv": lambda: ('姓名,证件号码\n"' + row * 5_000).encode(),
        "nuls.csv": lambda: f"姓名\0,证件号码\n{row}\0\0\0".encode(),
        "controls.csv": lambda: f"姓名,证件号码\n\x01\x02\x1b阿木,\x7f513431199005031016\x0b\n{row}".encode(),
        "half.csv": lambda: f"姓名,证件号码\n{row}".encode("utf-16")[:-1],
        "mixed.csv": lambda: "姓名,证件号码\n".encode() + row.encode("gb18030") + b"\xff\xfe\xfd",
        "halves.csv": lambda: "姓名,证件号码\n阿\ud800木,1\n".encode("utf-8", "surrogatepass"),
        "empty_lines.csv": lambda: b"\n" * 3_000_000,
        "marks.csv": lambda: b",;\t|" * 300_000,
        "spans.xls": lambda: "<table><tr><td colspan=999999999 rowspan=999999999>姓名</table>".encode(),
        "tables.xls": lambda: b"<table><tr><td>" * 50_000,
        "script.xls": lambda: "<table><tr><td>姓名<script>xs1()</script></td></tr></table>".encode(),
        "mime.xls": lambda: (
            b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n" + b"--B\n" * 9999
        ),
        "entities.xls": lambda: b"<table><tr><td>" + b"&" * 1_000_000 + b"&#9999999999;&#xD800;</td></tr>",
        "formula.csv": lambda: "姓名,证件号码\n=cmd|'/C calc'!A0,@SUM(A1)\n".encode(),
        "ole_shift.xls": lambda: ole(sector_shift=65),
        "ole_fat.xls": lambda: ole(fat=0xFFFFFF00),
        "ole_ring.xls": lambda: ole(body=struct.pack("<128I", *range(128))),
        "ole_noise.xls": lambda: ole(body=random.Random(3).randbytes(512)),
        "noise.bin": lambda: random.Random(1).randbytes(200_000),
        "pdf.xlsx": lambda: b"%PDF-1.7\n" + b"x" * 5000,
        "program.xlsx": lambda: b"MZ\x90\0" + bytes(5000),
        "rar.xlsx": lambda: b"Rar!\x1a\x07\x00" + bytes(5000),
        "picture.xls": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000),
        "one_byte.csv": lambda: b"\xff",
        "blank.csv": lambda: b" \t\r\n\xef\xbb\xbf",
    }


def hostile_files() -> dict[str, Callable[[], bytes]]:
    """Return what makes each file, by its name: none is made before it is wanted."""
    return _archives() | _sheets() | _texts()


def mutants(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield real workbooks with a few bytes changed, or cut short: a file as a bad disk returns it."""
    rng = random.Random(seed)
    honest = [
        (path.name, path.read_bytes()) for path in sorted(WORKBOOKS.glob("*.*")) if path.suffix != ".txt"
    ]
    honest = honest or [("roster.xlsx", roster())]
    for number in range(count):
        name, data = rng.choice(honest)
        spoilt = bytearray(data[: rng.randrange(1, len(data) + 1)] if rng.random() < 0.3 else data)
        for _ in range(rng.randrange(1, 20)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        yield f"{number}-{name}", bytes(spoilt)
