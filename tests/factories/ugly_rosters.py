"""Rosters as counties make them, ugly in every way we have heard of, with what must come of each row.

People are invented; their numbers have right check digits. Row numbers are those a spreadsheet program shows.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
HEAD = ["姓名", "证件号码", "联系电话"]

Row = list[Any]
Place = tuple[str, int]


@dataclass
class Ugly:
    """A file, the rows that go in, the (sheet, row, heading) refused, and some values of some rows."""

    name: str
    data: bytes
    good: list[Place]
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    values: dict[Place, dict[str, Any]] = field(default_factory=dict)


def number(serial: int, born: str = "19900101", prefix: str = "513431", sex: int = 1) -> str:
    """Return a number with a right check digit; ``sex`` 1 for men, 0 for women."""
    body = f"{prefix}{born}{serial % 50:02}{serial % 5 * 2 + sex}"
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, WEIGHTS, strict=True)) % 11]


def person(serial: int) -> Row:
    """Return name, number, phone."""
    return [f"吉克{chr(0x4E10 + serial)}木", number(serial), f"1381234{serial:04}"]


def sheet_of(rows: list[Row]) -> Callable[[Worksheet], None]:
    """Return what fills a worksheet with rows, from the top."""

    def fill(sheet: Worksheet) -> None:
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)

    return fill


def xlsx(**sheets: Callable[[Worksheet], None]) -> bytes:
    """Return a workbook of sheets by name."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        for name, fill in sheets.items():
            fill(book.add_worksheet(name))
    return out.getvalue()


def delimited(rows: list[Row], mark: str = ",", codec: str = "gb18030") -> bytes:
    """Return text as old programs export it: no quotes, Windows line ends."""
    return "\r\n".join(mark.join(str(cell) for cell in row) for row in rows).encode(codec)


def html(rows: str, charset: str = "gb2312") -> bytes:
    """Return a page with one table."""
    return f"<html><meta charset={charset}><body><table border=1>{rows}</table></body></html>".encode(
        "gb18030"
    )


def places(sheet: str, *rows: int) -> list[Place]:
    """Return rows of one sheet."""
    return [(sheet, row) for row in rows]


def three_header_rows() -> Ugly:
    """An .et file (a workbook by content): titles, three rows of merged headings, none over the serials."""

    def fill(sheet: Worksheet) -> None:
        sheet.merge_range("A1:H1", "附件1")
        sheet.merge_range("A2:H2", "农村贫困劳动力转移就业情况统计表")
        sheet.write_row("A3", ["填报单位(盖章):美姑县人社局", "", "", "", "", "填报时间:2017年5月3日"])
        sheet.merge_range("A4:A6", "")
        sheet.merge_range("B4:D4", "劳动力基本信息")
        sheet.merge_range("E4:G4", "转移就业情况")
        sheet.merge_range("H4:H6", "联系\n电话")
        for cell, text in {
            "B5:B6": "姓名",
            "C5:C6": "公民身份号码",
            "D5:D6": "民族",
            "E5:F5": "去向",
        }.items():
            sheet.merge_range(cell, text)
        sheet.merge_range("G5:G6", "务工时间(月)")
        sheet.write_row("E6", ["务工所在地", "务工企业名称"])
        for place, serial in enumerate((1, 2), 7):
            name, identity, phone = person(serial)
            sheet.write_row(f"A{place}", [serial, name, identity, "彝", "广东佛山", "美的", "6个月", phone])
        sheet.write_row("A9", [3, "阿木", "", "彝族", "", "", "", ""])
        sheet.write_row("A11", ["合    计", "3人"])
        sheet.write_row("A13", ["单位负责人:", "", "填表人:阿牛", "", "联系电话:0834-8241234"])

    wanted = {"work_place": "广东佛山", "months_away": 6, "ethnicity": "彝族", "phone": person(1)[2]}
    return Ugly(
        "three_header_rows.et",
        xlsx(Sheet1=fill),
        places("Sheet1", 7, 8),
        [("Sheet1", 9, "公民身份号码")],
        {("Sheet1", 7): wanted},
    )


def tabs_under_xls_name() -> Ugly:
    """Tab-separated GBK text called .xls; numbers end in another tab, apostrophes before, columns in odd
    order."""
    rows: list[Row] = [["民族", "电话", "身份证号", "名字", "学历"]]
    rows += [["壮", person(n)[2], "'" + person(n)[1], person(n)[0], "中专"] for n in (1, 2)]
    rows += [["02", "12345", f'="{number(3)}"', "阿　木", "61"], ["壮族", "", "5.13431E+17", "阿牛", "初中"]]
    return Ugly(
        "tabs.xls",
        delimited(rows, "\t"),
        places("", 2, 3, 4),
        [("", 5, "身份证号")],
        {("", 2): {"ethnicity": "壮族", "education_text": "高中"}, ("", 4): {"name": "阿木"}},
    )


def merged_households() -> Ugly:
    """An HTML page: group headings by colspan, households merged over their members by rowspan."""
    one, two, three = number(1), number(2, sex=0), number(3, "20100505")
    page = (
        "<tr><th colspan=6>某某村建档立卡户花名册</th></tr>"
        "<tr><td rowspan=2>户编号</td><td rowspan=2>户主姓名</td><td colspan=3>家庭成员</td>"
        "<td rowspan=2>住房</td></tr>"
        "<tr><td>姓名</td><td>身份证号码</td><td>与户主关系</td></tr>"
        "<tr><td rowspan=3>5134310001</td><td rowspan=3>阿木</td>"
        f"<td>阿木</td><td>{one}</td><td>户主</td><td>土坯</td></tr>"
        f"<tr><td>阿英</td><td>{two}</td><td>妻子</td><td></td></tr>"
        f"<tr><td>阿小</td><td>{three}</td><td>长子</td><td></td></tr>"
        f"<tr><td>5134310002</td><td>尔布</td><td>尔&nbsp;布</td><td>{number(4)}</td><td>本人</td><td></td></tr>"
    )
    family = {"household_code": "5134310001"}
    values = {("", 5): family | {"relation": "配偶"}, ("", 6): family | {"relation": "之子"}}
    return Ugly("merged.xls", html(page), places("", 4, 5, 6, 7), [], values)


def xml_spreadsheet() -> Ugly:
    """XML Spreadsheet 2003, a sheet per township, the village merged down, a number stored as a number."""

    def cell(text: str, kind: str = "String", more: str = "") -> str:
        return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'

    def row(*cells: str) -> str:
        return f"<Row>{''.join(cells)}</Row>"

    names = [person(serial) for serial in range(3)]
    body = row(*map(cell, ["村", "姓名", "身份证号"]))
    body += row(cell("瓦古村", more='ss:MergeDown="1"'), cell(names[0][0]), cell(names[0][1]))
    body += row(cell(names[1][0], more='ss:Index="2"'), cell(names[1][1]))
    body += row(cell("四季村"), cell(names[2][0]), cell("5.1343119900101e17", "Number"))
    page = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="解放沟镇"><Table>{body}</Table></Worksheet></Workbook>'
    )
    return Ugly(
        "xml.xls",
        page.encode(),
        places("解放沟镇", 2, 3),
        [("解放沟镇", 4, "身份证号")],
        {("解放沟镇", 3): {"village": "瓦古村", "township": "解放沟镇"}},
    )


def codes_for_headings() -> Ugly:
    """The labour bureau's field codes above, Chinese below them, as its system exports both."""
    rows: list[Row] = [["aac003", "aac002", "aac005", "aae005", "aav009", "aav012"]]
    rows += [["姓名", "身份证", "民族", "电话", "地点", "月收入"]]
    rows += [[person(n)[0], person(n)[1], "傈僳族", person(n)[2], "珠海", "3500"] for n in (1, 2)]
    wanted = {"ethnicity": "傈僳族", "work_place": "珠海", "phone": person(1)[2]}
    return Ugly("codes.csv", delimited(rows, codec="utf-8-sig"), places("", 3, 4), [], {("", 3): wanted})


def broken_headings_and_hidden_rows() -> Ugly:
    """Line breaks and spaces in headings, hidden parts (left out), numbers and phones as numbers."""

    def fill(sheet: Worksheet) -> None:
        sheet.write_row("C3", ["*姓    名（必填）", "身份证号\n码", "手机\n号码", "可否夜班？"])
        for place, serial in enumerate((1, 2), 4):
            name, identity, phone = person(serial)
            sheet.write_row(f"C{place}", [name, identity, int(phone), "√"])
        sheet.write_row("C6", ["尔布", 513431199001010000, "0834-8241234", "×"])
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_column("G:G", None, None, {"hidden": True})

    return Ugly(
        "broken.xlsx",
        xlsx(名单=fill),
        places("名单", 4),
        [("名单", 6, "身份证号\n码")],
        {("名单", 4): {"phone": person(1)[2], "night_shift": True}},
    )


def printed_pages() -> Ugly:
    """Pages pasted one below the other: headings again, subtotals, remarks, serials without people,
    signatures."""
    head = ["序号", *HEAD, "备注"]
    rows: list[Row] = [
        ["XX县花名册"],
        ["单位：县就业局", "", "", "2017年5月"],
        head,
        [1, *person(1)],
        [2, *person(2)],
    ]
    rows += [
        ["本页小计", 2],
        head,
        ["注：以下为外出人员"],
        [3, *person(3), "联系人不详"],
        [4],
        [5, "", "", ""],
    ]
    rows += [
        ["", "以下空白"],
        [6, *person(4)],
        ["", "合计", "4", "人"],
        [],
        ["制表：阿木", "", "审核：尔布"],
        ["乡长："],
    ]
    rows += [["填表日期", "2017.5.3"], ["注：本表一式两份"]]
    rows += [["", "木加"]]
    good = places("Sheet1", 4, 5, 9, 13)
    return Ugly("pages.xlsx", xlsx(Sheet1=sheet_of(rows)), good, [("Sheet1", len(rows), "证件号码")])


def two_tables_on_a_sheet() -> Ugly:
    """Two townships on one sheet, each with its own title and its own order of columns."""
    rows: list[Row] = [["竹核乡劳动力名单"], HEAD, person(1), person(2), [], ["比尔镇劳动力名单"]]
    rows += [
        ["电话", "身份证号", "姓名"],
        list(reversed(person(3))),
        ["1380000", "513431199013019999", "阿木"],
    ]
    values = {
        ("Sheet1", 3): {"township": "竹核乡"},
        ("Sheet1", 8): {"township": "比尔镇", "name": person(3)[0]},
    }
    good = places("Sheet1", 3, 4, 8)
    return Ugly("two.xlsx", xlsx(Sheet1=sheet_of(rows)), good, [("Sheet1", 9, "身份证号")], values)


def sheet_per_village() -> Ugly:
    """A sheet per village, a sheet of explanations, a sheet of sums, an empty one."""
    people = {
        name: sheet_of([["花名册"], HEAD, person(serial)])
        for name, serial in {"瓦古村": 1, "四季村": 2}.items()
    }
    sums = sheet_of([["村", "人数"], ["瓦古村", 1], ["四季村", 1], ["合计", 2]])
    notes = sheet_of([["填表说明"], ["1.身份证号码必须为文本格式"], ["2.姓名不要有空格"]])
    data = xlsx(说明=notes, 汇总=sums, Sheet9=lambda sheet: None, **people)
    return Ugly(
        "villages.xlsx",
        data,
        places("瓦古村", 3) + places("四季村", 3),
        [],
        {("四季村", 3): {"village": "四季村"}},
    )


def words_for_numbers() -> Ugly:
    """Sums, months and dates in words, in a table that asks in plain speech."""
    head = [
        "姓名",
        "证号",
        "最低要多少钱",
        "务工几个月",
        "什么时候能走",
        "想去哪儿",
        "会普通话吗",
        "会开叉车吗",
    ]
    said = [
        ["五千", "三个月", "2017.5.3", "佛山、东莞", "会一点", "会"],
        ["4.5k", "半年", "20170503", "不限", "不会", "否"],
        ["3500-4500", "全年", "2017年5月", "珠三角", "流利", ""],
        ["4000元以上", 3, 42858, "广东中山", "会", "会"],
        ["5", "6月", "春节后", "月亮上", "2", ""],
    ]
    rows: list[Row] = [head, *([*person(n)[:2], *words] for n, words in enumerate(said))]
    values = {
        ("", 2): {"wage_floor_yuan": 5000, "months_away": 3, "cities": ["440600", "441900"], "mandarin": 1},
        ("", 3): {"wage_floor_yuan": 4500, "months_away": 6, "cities": [], "mandarin": 0},
        ("", 4): {"wage_floor_yuan": 3500, "months_away": 12, "mandarin": 3},
        ("", 5): {"wage_floor_yuan": 4000, "months_away": 3, "cities": ["442000"]},
        ("", 6): {
            "wage_floor_yuan": None,
            "months_away": 6,
            "cities": None,
            "available_on": None,
            "mandarin": None,
        },
    }
    return Ugly("words.csv", delimited(rows, ";"), places("", 2, 3, 4, 5, 6), [], values)


def ditto_marks() -> Ugly:
    """同上 and 〃 for what the row above says; places written once for all below."""
    rows: list[Row] = [["乡镇", "村", "组", "姓名", "身份证号", "民族", "务工地"]]
    rows += [
        ["竹核乡", "瓦古村", "1组", *person(1)[:2], "彝族", "东莞"],
        ["", "", "", *person(2)[:2], "同上", "〃"],
    ]
    rows += [["", "四季村", "", *person(3)[:2], "汉族", ""]]
    values = {
        ("", 3): {
            "township": "竹核乡",
            "village": "瓦古村",
            "hamlet": "1组",
            "ethnicity": "彝族",
            "work_place": "东莞",
        },
        ("", 4): {"village": "四季村", "hamlet": None},
    }
    return Ugly("ditto.csv", delimited(rows), places("", 2, 3, 4), [], values)


def every_kind_of_number() -> Ugly:
    """Numbers whole, wrapped, of other kinds, and spoilt in every known way."""
    good, card = number(1), number(2)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number(3))
    spoilt = [
        number(5)[:6] + number(5)[8:17],
        number(6)[:-1],
        number(7)[:10] + "O" + number(7)[11:],
        "无",
        "5.1E+17",
    ]
    spoilt += [
        number(8, "20990101"),
        number(8, "18800101"),
        number(8, "19900230"),
        number(9)[:-1] + "·",
        number(9) + "1",
    ]
    texts = [
        f" {good[:6]} {good[6:]}\t",
        card + "43",
        card[:17] + card[17] + "43B1",
        f"\ufeff{wide}",
        f"`{number(4)}",
    ]
    rows: list[Row] = [
        ["姓名", "证件号码"],
        *([f"阿木{chr(0x4E00 + n)}", text] for n, text in enumerate(texts + spoilt)),
    ]
    rows[3][0] = rows[2][0]
    last = len(rows)
    return Ugly(
        "numbers.xlsx",
        xlsx(Sheet1=sheet_of(rows)),
        places("Sheet1", 2, 3, 4, 5, 6),
        [("Sheet1", row, "证件号码") for row in range(7, last + 1)],
        {("Sheet1", 3): {"id_number": card, "disability": "43"}, ("Sheet1", 5): {"id_number": number(3)}},
    )


def unicode_text() -> Ugly:
    """ "Unicode text" as Excel saves it: UTF-16 with tabs, blank lines at the top, quotes where a comma
    stands."""
    rows: list[Row] = [[], ["花名册"], ["姓名", "身份证号码", "特长", "备注"]]
    rows += [
        [*person(1)[:2], '"电焊,叉车"', "=1+1"],
        ["吉克•阿牛", number(2), "", ""],
        ["", number(3), "", ""],
    ]
    values = {("", 4): {"skills": ["电焊", "叉车"], "note": "=1+1"}, ("", 5): {"name": "吉克·阿牛"}}
    return Ugly("unicode.txt", delimited(rows, "\t", "utf-16"), places("", 4, 5), [("", 6, "姓名")], values)


def townships_between_people() -> Ugly:
    """A township's name on a line of its own above its people."""
    rows: list[Row] = [
        ["2017年贫困劳动力名册"],
        ["序号", *HEAD],
        ["一、竹核乡"],
        [1, *person(1)],
        [2, *person(2)],
    ]
    rows += [["二、比尔镇"], [1, *person(3)], ["共3人"]]
    values = {("Sheet1", 5): {"township": "竹核乡"}, ("Sheet1", 7): {"township": "比尔镇"}}
    return Ugly("between.xlsx", xlsx(Sheet1=sheet_of(rows)), places("Sheet1", 4, 5, 7), [], values)


def examples_and_instructions() -> Ugly:
    """A form as the city sent it out: numbered columns, an instruction row, an example person."""
    rows: list[Row] = [
        ["序号", *HEAD, "性别"],
        [1, 2, 3, 4, 5],
        ["填写要求", "必填", "必填，18位", "选填，11位", "下拉选择"],
    ]
    rows += [
        ["示例", "张三", number(30), "13800000000", "男"],
        [1, *person(1), "男"],
        [2, "李四(示例)", number(31), "", ""],
    ]
    rows += [[3, *person(2), "女"]]
    return Ugly("examples.xlsx", xlsx(Sheet1=sheet_of(rows)), places("Sheet1", 5, 7))


def quarrelling_households() -> Ugly:
    """Two heads in a household, the same number under two names, one person twice, no name."""
    head = ["户编号", "姓名", "证件号码", "与户主关系"]
    rows: list[Row] = [head, ["H1", "阿木", number(1), "户主"], ["H1", "尔布", number(2), "户主"]]
    rows += [
        ["H1", "阿英", number(3), "之妻"],
        ["H2", "阿牛", number(4), "户主"],
        ["H2", "阿牛", number(4), "户主"],
    ]
    rows += [["H3", "木加", number(4), "户主"], ["H4", "", number(5), "户主"]]
    refused = [("", 3, "与户主关系"), ("", 7, "证件号码"), ("", 8, "姓名")]
    return Ugly("quarrels.csv", delimited(rows), places("", 2, 4, 5, 6), refused)


def web_page_in_one_file() -> Ugly:
    """A "single file web page": a MIME message around an HTML table."""
    cells = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEAD, person(1))
    )
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B\n"
    part = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return Ugly("page.xls", f"{head}{part}<table>{cells}</table>\n--B--\n".encode(), places("", 2))


def all_uglies() -> Iterator[Ugly]:
    """Every ugly roster of this module."""
    makers = (three_header_rows, tabs_under_xls_name, merged_households, xml_spreadsheet, codes_for_headings)
    more = (
        broken_headings_and_hidden_rows,
        printed_pages,
        two_tables_on_a_sheet,
        sheet_per_village,
        words_for_numbers,
    )
    rest = (
        ditto_marks,
        every_kind_of_number,
        unicode_text,
        townships_between_people,
        examples_and_instructions,
    )
    for make in (*makers, *more, *rest, quarrelling_households, web_page_in_one_file):
        yield make()
