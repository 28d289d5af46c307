"""Rows that are not people: totals, signatures, notes, examples, place names between the people."""

import re
from collections.abc import Sequence

from app.kit.files.cells.cell import plain, text_of
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence

HEADER = Sentence("表头")
REPEATED_HEADER = Sentence("重复的表头")
COLUMN_NUMBERS = Sentence("栏号")
TITLE = Sentence("标题或说明")
TOTAL = Sentence("合计行")
SIGNATURE = Sentence("落款行")
EXAMPLE = Sentence("示例或填写说明")
ONLY_A_NUMBER = Sentence("只有序号，没有内容")
BEFORE_HEADER = Sentence("表头上面的内容")
NO_TABLE = Sentence("这张表里没有找到“姓名”和“证件号码”两列的表头")
HIDDEN_TABLE = Sentence(
    "“姓名”或“证件号码”在隐藏的行、列或工作表里，没有读；请勾选后重新读，或在表格里取消隐藏再传"
)

_TOTAL = re.compile(
    r"(?:本页|全县|全乡|全镇|全村|本村|本乡|本镇)?(?:合计|小计|总计|共计|累计|总数|总人数|人数合计)|共\d+[人户]"
)
_SIGNATURE = re.compile(
    r"(?:填表|制表|审核|审批|填报|经办|复核|校对|登记|统计|采集|核查|调查|报送)(?:人|员|单位|日期|时间|[:：])"
    r"|(?:单位|部门|村|乡镇|主管|分管|主要)?(?:负责人|领导)(?:签字|签名|签章)?(?:[:：(（]|$)"
    r"|.{0,10}[(（]?(?:盖章|公章|签章)[)）]?[:：]?|联系电话[:：]|联系人[:：]|驻村工作队[:：]|第一书记[:：]"
)
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,8}[:：]")
_NO_PERSON = re.compile(r"[名册表单注页计空白续]")
_EXAMPLE = re.compile(
    r"示例|样例|例如|举例|范例|例$|例[:：1一]|[(（]例[)）]|填写说明|填表说明|填报说明|填写要求"
)
_NOTE = re.compile(r"备?注[:：]|说明[:：]|注意|※|\*|附[:：]|以下空白|以下无正文|空白|提示")
_INSTRUCTION = re.compile(r"必填|选填|下拉|文本格式|不能为空|请填写|请选择")
_PLACE = re.compile(
    r"[一二三四五六七八九十\d、.()（）\s]*([\u4e00-\u9fff]{1,12}(?:乡|镇|街道|村|社区|居委会))[:：]?"
)


def side_by_side(sheet: str, row: int) -> Sentence:
    """Say that a table holds several lists beside each other, of which only one is read."""
    return Sentence(
        "%(sheet)s 第 %(row)s 行的表左右并排放了几份名单，只读了最左边一份；请改成上下排列再导入",
        {"sheet": sheet, "row": row},
    )


def is_example(cells: Sequence[Cell], name: Cell) -> bool:
    """Whether a row with a number in it only shows how to fill in the form."""
    first = next((plain(cell) for cell in cells if cell != ""), "")
    return bool(_EXAMPLE.match(first) or re.search("示例|样例|范例", text_of(name)))


def skip_reason(cells: Sequence[Cell], name: Cell) -> Sentence | None:
    """Why a row without an identity number is not a person, or None if it is one.

    ``name`` is the cell in the name column. A row that only lacks its number is a person, to be rejected.
    """
    texts = [plain(cell) for cell in cells if cell != ""]
    texts = [text for text in texts if text]
    if not texts:
        return ONLY_A_NUMBER
    if any(_TOTAL.match(text) for text in texts[:3]) and not _is_a_name(name):
        return TOTAL
    if _LABELLED.match(texts[0]) or any(_SIGNATURE.match(text) for text in texts):
        return SIGNATURE
    if is_example(cells, name) or sum(bool(_INSTRUCTION.search(text)) for text in texts) >= 2:
        return EXAMPLE
    if _NOTE.match(texts[0]) or (len(texts) == 1 and not texts[0].isdigit() and not _is_short_name(name)):
        return TITLE
    return ONLY_A_NUMBER if all(text.isdigit() and len(text) < 6 for text in texts) else None


def place_heading(cells: Sequence[Cell]) -> str:
    """The township or village a row between the people names, if it is such a row."""
    filled = [text_of(cell).strip() for cell in cells if cell != ""]
    place = _PLACE.fullmatch(filled[0]) if len(filled) == 1 else None
    return place.group(1) if place else ""


def _is_a_name(cell: Cell) -> bool:
    return bool(re.fullmatch(r"[\u3400-\u9fff·•]{2,}", plain(cell))) and not _TOTAL.match(plain(cell))


def _is_short_name(cell: Cell) -> bool:
    """Whether a cell that stands alone in the name column is a person rather than a title."""
    text = plain(cell)
    return _is_a_name(cell) and (len(text) <= 4 or "·" in text) and not _NO_PERSON.search(text)
