"""Names, identity numbers, telephones, free words and lists of words."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from app.kit.files.cells.cell import BLANK, MOST_EXACT, Parsed, clean, plain, text_of
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence
from models.people.identity import (
    X_LOOKALIKES,
    IdNumber,
    IdNumberProblem,
    InvalidIdNumber,
    normalise,
)
from models.people.name import clean_name
from models.people.phone import read_phones, written

NAME_LENGTH = 60

NEITHER = Sentence("身份证号要填 18 位，或只填后四位。")
MASKED_LEAST = 12

LOST_DIGITS = Sentence("这个编号存成了数值，15位以后的数字已经丢失，没有登记；请把这一格设为文本，重新填写")

_TAIL = re.compile(r"(?:\d{0,14}\*{3,})?(\d{1,3}|\d{3}[\dX])")
_NOTE_IN_NAME = re.compile(r"[(（\[【].{0,200}?[)）\]】]")
_ITEMS = re.compile(r"[,，、;；/|\n\r]+|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
_OPEN = re.compile(r"不限|随便|都行|都可以|均可|无要求|没要求|无所谓|无|没有|暂无|/|-+|待定|未定|不详")


def parse_name(cell: Cell) -> Parsed:
    """A name with one middle dot of one kind and no padding: 张　三 is 张三, 吉克•阿牛 is 吉克·阿牛."""
    typed = clean(cell)
    text = clean_name(_NOTE_IN_NAME.sub("", typed))
    if not text:
        return Parsed(error=Sentence("没有填姓名，请补填"))
    if "\ufffd" in text:
        return Parsed(error=Sentence("姓名里有乱码，请重新填写"))
    if len(text) > NAME_LENGTH:
        return Parsed(error=Sentence("姓名太长，请核对这一格是不是填错了列"))
    if any(unicodedata.category(char) == "Co" for char in text):
        return Parsed(text, warning=Sentence("姓名里有电脑自造的字，换一台电脑会看不到，请改成通用的字"))
    if re.search(r"[\d?？□*_=@]", text) or len(text) == 1:
        return Parsed(text, warning=Sentence("姓名“%(text)s”不像完整的姓名，请核对", {"text": text[:20]}))
    if notes := "".join(_NOTE_IN_NAME.findall(typed)):
        return Parsed(text, warning=Sentence("姓名旁边的“%(note)s”没有登记", {"note": notes[:20]}))
    return Parsed(text)


def parse_id(cell: Cell, today: date) -> Parsed:
    """An IdNumber. A number cell of 18 digits has lost some and is never mended."""
    if isinstance(cell, int | float) and abs(cell) >= MOST_EXACT:
        return Parsed(error=InvalidIdNumber(IdNumberProblem.NUMERIC).sentence)
    try:
        number = IdNumber.parse(text_of(cell), today)
    except InvalidIdNumber as problem:
        return Parsed(error=problem.sentence)
    if not number.has_known_prefix:
        return Parsed(number, warning=Sentence("证件号码的前6位不是我们知道的地区代码，请对照证件核对"))
    if number.odd_tail:
        odd = Sentence(
            "残疾人证号码末尾的“%(tail)s”不是补发的写法（B和次数），没有登记，请对照证件核对",
            {"tail": number.odd_tail},
        )
        return Parsed(number, warning=odd)
    if number.ends_like_a_lost_number:
        return Parsed(number, warning=Sentence("证件号码以000结尾，可能是表格改掉了后几位，请对照证件核对"))
    return Parsed(number)


def parse_id_or_tail(cell: Cell, today: date) -> Parsed:
    """A whole number (18 characters) or its last four; 0121, of which a spreadsheet made 121, is 0121 again.

    A number that others starred (5134**********0121) gives its last four.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if 0 <= cell < 10_000 and cell == int(cell):
            return Parsed(f"{int(cell):04d}")
        return parse_id(cell, today)
    text = normalise(text_of(cell))
    tail = _TAIL.fullmatch(text[:-1] + text[-1:].translate(X_LOOKALIKES))
    if tail:
        return Parsed(tail.group(1).zfill(4))
    if not text:
        return BLANK
    parsed = parse_id(text, today)
    if isinstance(parsed.value, IdNumber):
        return Parsed(parsed.value.number, warning=parsed.warning)
    return Parsed(error=NEITHER if len(text) < MASKED_LEAST else parsed.error)


def parse_phone(cell: Cell) -> Parsed:
    """Every telephone with whose it is, as models.people.phone writes them; what is none is told.

    The sentences do not repeat a number.
    """
    text = clean(cell)
    if not text or _OPEN.fullmatch(plain(text)):
        return BLANK
    phones, remarks, unread = read_phones(text)
    if not phones:
        return Parsed(warning=Sentence("电话不是11位手机号码，也不是座机号码，没有登记，请核对"))
    if unread:
        warning = Sentence("这一格里有一部分不是电话号码，没有登记，请核对；读出的号码已登记")
        return Parsed(written(phones), warning=warning)
    if remarks:
        said = Sentence("电话旁边写着“%(said)s”，号码照样登记了，请核对", {"said": " ".join(remarks)[:20]})
        return Parsed(written(phones), warning=said)
    return Parsed(written(phones))


@lru_cache(maxsize=4096, typed=True)
def parse_place(cell: Cell) -> Parsed:
    """Short words kept as they are, on one line."""
    text = " ".join(clean(cell).split())
    return Parsed(text) if text and text not in ("/", "-", "--") else BLANK


def parse_code(cell: Cell) -> Parsed:
    """A number of another system (户编号, 人编号), kept as text."""
    text = plain(cell).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+\d+|\d\.\d+E\d+", text):
        return Parsed(warning=LOST_DIGITS)
    return Parsed(text) if text and text not in ("/", "-", "无") else BLANK


def parse_words(cell: Cell) -> Parsed:
    """Free words, exactly as typed: what stands after ``=`` or a tab comes back as it was."""
    text = text_of(cell)
    return Parsed(text) if text.strip() else BLANK


def parse_list(cell: Cell) -> Parsed:
    """Words between commas; an empty list is "anything will do"."""
    text = clean(cell)
    if not text:
        return BLANK
    if _OPEN.fullmatch(text):
        return Parsed([])
    parts = (" ".join(part.split()) for part in _ITEMS.split(text))
    return Parsed(list(dict.fromkeys(part for part in parts if part and not _OPEN.fullmatch(part))))
