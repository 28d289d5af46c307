"""One cell of a spreadsheet of orders: its words become what the order form understands.

Figures, days and whatever depends on the rest of the row are read by app.orders.bulk_upload.rows.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Sequence
from itertools import accumulate

from wtforms import Field

from app.kit.files.bulk_upload.layout import in_each_language
from app.kit.files.bulk_upload.reading import Raw
from app.kit.files.cells.amounts import Misread
from app.kit.files.cells.cell import BadCell, clean
from app.kit.files.cells.working_time import read_working_time
from app.kit.files.spreadsheet import Cell
from app.kit.web.fields import ListField, SelectField, SelectMultipleField, TriStateField
from app.orders.bulk_upload.living import fields_of
from app.orders.bulk_upload.row import shown
from app.orders.bulk_upload.rows import READ_WITH_THE_ROW
from app.orders.forms import NO_INSURANCE, OrderForm
from models.i18n import Sentence
from models.jobs.order import INSURANCE

YES = {"是", "有", "可", "可以", "要", "包", "√", "1", "y", "yes"}
NO = {"否", "无", "没有", "不", "不要", "不可", "×", "0", "n", "no"}
NOTHING_SAID = {"/", "-", "—", "——", "未知", "不详", "待定", "无要求", "不限"}
FIVE = INSURANCE[:5]
LEVEL_TAIL = re.compile(r"(学历|毕业)?(及|或)?(以上)?(学历|毕业|文化)?$")
MOST_CHARACTERS = 120
ALSO = {
    "长白班": "白班",
    "常白班": "白班",
    "正常班": "白班",
    "包吃住": "包",
    "包食宿": "包",
    "食宿全包": "包",
}


def raw_values(name: str, cell: Cell, form: OrderForm) -> Raw:
    """What the form would have received, by field name; nothing where the whole row is needed.

    Raises BadCell.
    """
    if name in READ_WITH_THE_ROW:
        return {}
    text = clean(cell)
    field = form[name]
    read = next((read for kind, read in READERS.items() if isinstance(field, kind)), _as_it_is)
    try:
        return {name: read(field, text)}
    except BadCell:
        time = _working_time(text) if name == "shift" else {}
        if not time:
            raise
        return time


def _working_time(text: str) -> Raw:
    """A shift told with its hours: 两班倒 12小时."""
    try:
        time = read_working_time(text)
    except Misread:
        return {}
    told = {} if time is None or time.shift is None else fields_of(time)
    return {name: [shown(value)] for name, value in told.items() if value is not None}


def _as_it_is(field: Field, text: str) -> list[str]:
    return [text]


def _yes_no(field: Field, text: str) -> list[str]:
    if text.lower() in YES:
        return ["1"]
    return ["0"] if text.lower() in NO else _choice(field, text)


def _choice(field: Field, text: str) -> list[str]:
    """Find the one choice meant: its word or code, or the only one of whose word the text is a part.

    A place may be told more closely than we ask: 佛山市顺德区 is 佛山市.
    """
    choices = _words_of(field)
    words = dict(ChainMap(*in_each_language(lambda: _words_of(field))))
    if text in words or text in words.values():
        return [words.get(text, text)]
    if text in NO | NOTHING_SAID:
        return []
    plain = LEVEL_TAIL.sub("", ALSO.get(text, text).removeprefix("广东省"))
    longer = field.name == "city_code"
    near = {
        value for word, value in words.items() if _is_part(plain, word) or (longer and plain.startswith(word))
    }
    if len(near) == 1:
        return list(near)
    raise BadCell(
        Sentence(
            "“%(text)s”不在可填的词里，请填：%(allowed)s。",
            {"text": text[:20], "allowed": _shortened([*choices])},
        )
    )


def _shortened(words: Sequence[str]) -> list[str]:
    """As many of ``words`` as a sentence can hold."""
    lengths = accumulate(len(word) + 1 for word in words)
    return [word for word, length in zip(words, lengths, strict=True) if length <= MOST_CHARACTERS]


def _words_of(field: Field) -> dict[str, str]:
    return {str(choice.label): str(choice.value) for choice in field.choices if choice.value}


def _is_part(plain: str, word: str) -> bool:
    return plain in word and (len(plain) > 1 or plain == "包")


def _insurance(field: Field, text: str) -> list[str]:
    if "五险" in text:
        return [*FIVE, *(["公积金"] if "金" in text else [])]
    if text in NOTHING_SAID:
        return []
    if text in NO or text in ("不缴", "都不缴", "不买"):
        return [NO_INSURANCE]
    parts = [
        re.sub(r"保险$", "", part.strip()) for part in re.split(r"[、,，;；/\s+]+", text) if part.strip()
    ]
    if unknown := [part for part in parts if part not in INSURANCE]:
        raise BadCell(
            Sentence(
                "没有“%(text)s”这个险种，请填：%(allowed)s。",
                {"text": unknown[0][:20], "allowed": list(INSURANCE)},
            )
        )
    return parts


def _list(field: Field, text: str) -> list[str]:
    return [] if text in NO | NOTHING_SAID else [text]


READERS: dict[type[Field], Callable[[Field, str], list[str]]] = {
    TriStateField: _yes_no,
    SelectMultipleField: _insurance,
    SelectField: _choice,
    ListField: _list,
}
