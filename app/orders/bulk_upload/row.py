"""One row of a spreadsheet of orders while it is read, and what it says beyond the fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.kit.files.bulk_upload.layout import plain_header
from app.kit.files.bulk_upload.reading import Line
from app.kit.files.bulk_upload.their_columns import TheirColumn
from app.kit.files.cells.amounts import Amount, Measure, Misread, read_amount
from models.i18n import Sentence

_HEADED_PERIODS = {"时薪": "/小时", "小时工资": "/小时", "日薪": "/天", "年薪": "/年"}


@dataclass
class Row:
    """A line being read with its columns, and the words of it that no field keeps."""

    line: Line
    columns: Mapping[str, TheirColumn]
    wage_words: list[str] = field(default_factory=list)
    other_words: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """What the row says under a field."""
        return self.line.cells.get(name, "")

    def header(self, name: str) -> str:
        """The heading of theirs above it."""
        return self.columns[name].header

    def amount(self, name: str, measure: Measure, text: str = "") -> Amount | None:
        """Their cell as an amount; the heading's own unit counts where the cell has none. Raises Misread."""
        column = self.columns[name]
        hint = column.unit or _HEADED_PERIODS.get(plain_header(column.header), "")
        return read_amount(text or self.text(name), measure, hint)

    def warn(self, name: str, sentence: Sentence) -> None:
        """Say how a cell was understood."""
        self.line.warn(self.header(name), sentence)

    def put(self, name: str, value: object) -> None:
        """Lay a value into the form, unless a column of its own has said it."""
        if value is not None:
            self.line.raw.setdefault(name, [shown(value)])

    def keep_unread(self, name: str) -> None:
        """Keep a cell in its own words and say that it filled no field."""
        text = self.text(name)
        self.other_words.append(f"{self.header(name)}：{text}")
        told = {"text": text[:40]}
        self.warn(
            name,
            Sentence("“%(text)s”没有读成数字，原话记在“表里别的话”，请在岗位里补填。", told),
        )


def shown(value: object) -> str:
    """A value as the form would have received it."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def wrong_unit(amount: Amount, measure: Measure) -> Misread:
    """Hours a week under hours a day, a price under a number of people."""
    told = {"text": amount.text[:20], "example": measure.example}
    return Misread(Sentence("“%(text)s”的单位和这一栏不一样，请写成 %(example)s 这样。", told))
