"""Cells that hold no value: a formula's error, a formula never calculated, bytes that are no character."""

import re
import unicodedata

from app.kit.files.spreadsheet import Cell, Formula
from models.i18n import Sentence

BAD_CHARACTER = "\ufffd"

# Excel and WPS write the first kinds, LibreOffice Err:502; pages of a narrow column show only signs.
_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/[0O]!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!"
    r"|GETTING_DATA)(?:N/A)?|ERR:\d{3}"
)
_TOO_NARROW = re.compile(r"#{3,}")
_FORMULA = re.compile(
    r"=[+-]?@?(?:[A-Z][A-Z0-9._]*\(.*\)|(?:.+!)?\$?[A-Z]{1,3}\$?\d{1,7}(?:[-+*/&].*)?)", re.DOTALL
)


def spoilt(cell: Cell, is_free: bool = False) -> Sentence | None:
    """Why a cell holds no value, or None if it may hold one. In ``is_free`` words ``=A1`` was typed."""
    if not isinstance(cell, str):
        return None
    if BAD_CHARACTER in cell:
        return Sentence("这一格有读不出的字（显示成“�”），请补上正确的字")
    if cell[:1] not in ("#", "=", "E", "e", "＃", "＝", " ", "　"):
        return None
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)).upper()
    if _ERROR.fullmatch(text):
        return Sentence("表格里的公式出错（%(text)s），这一格没有值，请改好或填上", {"text": text})
    if _TOO_NARROW.fullmatch(text):
        return Sentence("这一格只有“%(text)s”，是原表列宽不够，请拉宽这一列再导出", {"text": text[:10]})
    if isinstance(cell, Formula) or (not is_free and _FORMULA.fullmatch(text)):
        return Sentence("公式没有算出结果，请在表格里打开、保存后再传")
    return None
