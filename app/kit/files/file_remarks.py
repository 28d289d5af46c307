"""What is odd about a file as a whole, in sentences for the person who sent it."""

from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import groupby
from typing import Any

from models.i18n import N_, Sentence

MOST_NAMED = 20


class FileRemark(Enum):
    """Told beside the rows; none of them keeps a row out."""

    STRAY_QUOTE = N_(
        '第 %(rows)s 行有不成对的引号（"）。多出来的引号已去掉，每行照样是一行，没有并掉别的行；'
        "请核对这几行（共 %(count)s 行）。"
    )
    BAD_BYTES = N_("文件里有 %(count)s 格含有读不出的字（坏字节，显示成“�”）：%(cells)s。请补上正确的字。")
    CUT_SHORT = N_("最后一行（第 %(row)s 行）没有写完，文件可能没有传完整。请核对行数，缺了就重新导出再传。")
    BIG5 = N_("这个文件用的是繁体字编码（Big5），已按繁体读。请核对姓名和地名。")
    OPEN_TABLE = N_("这个网页表格没有写完（缺结尾），文件可能没有传完整。请核对行数，缺了就重新导出再传。")

    NOT_TOLD = N_(
        "从这种文件（.xlsb）看不出哪些行和列是隐藏的、哪些格是公式出错，所以全都读了。"
        "有隐藏内容的话，请另存为.xlsx再传。"
    )

    def sentence(self, params: dict[str, Any]) -> Sentence:
        """The sentence with what the reader counted."""
        told = dict(params)
        if "rows" in told:
            told["rows"] = row_spans(told["rows"])
        if "cells" in told:
            from xlsxwriter.utility import xl_col_to_name

            told["cells"] = [f"{xl_col_to_name(column - 1)}{row}" for row, column in told["cells"]]
        return Sentence(self.value, told)


def row_spans(rows: Iterable[int], most: int = MOST_NAMED) -> list[str]:
    """Row numbers in few words: 3, 5-8, 12; what is too much to name is cut with "…"."""
    spans: list[str] = []
    for _gap, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        numbers: Sequence[int] = [number for _place, number in run]
        if len(spans) == most:
            return [*spans, "…"]
        spans.append(str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}")
    return spans
