"""Values known by name: ethnicity, relation, schooling, health ... Code numbers of other systems are never
read.

One system writes ethnicity 02 for 壮族, the national standard 08 (domain.md 0.5): a bare number is only
warned of. Names come from models/reference/code_lists.csv, other ways to write them from spellings.csv beside
this file.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path

from app.kit.files.cells.cell import BLANK, Parsed, clean, plain
from app.kit.files.cells.people import parse_list
from app.kit.files.spreadsheet import Cell
from models import i18n
from models.i18n import Sentence
from models.people.category import MONITORED as MONITORED_OF_SOME_KIND
from models.people.category import MONITORED_KINDS, NOT_MONITORED
from models.people.worker import MANDARIN_LABELS

CODE_LISTS = Path(i18n.__file__).parent / "reference" / "code_lists.csv"
SPELLINGS = Path(__file__).parent / "spellings.csv"

NOTHING = ("/", "-", "--", "不详", "未知", "未填", "空")
_SPLIT = re.compile(r"[,，、;；/+|\s]+|和|及|兼")
_HAN_WORDS = re.compile(r"[\u4e00-\u9fff]{2,20}")
_MONTH = r"年(?:底|末|度|[0-9]{1,2}月(?:[0-9]{1,2}日)?)?|[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?"
_YEAR = re.compile(rf"(20[0-9]{{2}})(?:{_MONTH})?")
_BRACKETS = re.compile(r"[(（\[【].{0,200}?[)）\]】]")


@cache
def code_list(name: str) -> tuple[str, ...]:
    """The names of one code list, in its order."""
    with CODE_LISTS.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(row["name"] for row in csv.DictReader(lines) if row["list"] == name)


@cache
def _written_otherwise() -> dict[str, dict[str, str]]:
    """Other spellings by choice: each and the name it stands for."""
    spellings: dict[str, dict[str, str]] = {}
    with SPELLINGS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            pairs = {plain(spelling): row["name"] for spelling in row["spellings"].split()}
            spellings.setdefault(row["choice"], {}).update(pairs)
    return spellings


@dataclass(frozen=True, eq=False)
class Choice:
    """A fixed set of names. ``key`` is its name in spellings.csv; of ``several``, more than one is
    allowed."""

    key: str
    names: tuple[str, ...]
    suffix: str = ""
    several: bool = False

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every accepted spelling and the name it stands for."""
        bare = {plain(name).removesuffix(self.suffix): name for name in self.names} if self.suffix else {}
        return bare | _written_otherwise().get(self.key, {}) | {plain(name): name for name in self.names}

    def find(self, text: str) -> str | None:
        """The name a spelling stands for, with or without what stands in brackets."""
        return self.spellings.get(text) or self.spellings.get(_BRACKETS.sub("", text))


@lru_cache(maxsize=8192, typed=True)
def parse_choice(choice: Choice, cell: Cell) -> Parsed:
    """One name of the set; with ``several``, names in the set's order with commas between."""
    text = plain(cell)
    if not text or text in NOTHING:
        return BLANK
    if name := choice.find(text):
        return Parsed(name)
    if text.replace(".", "").isdigit():
        return Parsed(
            warning=Sentence("“%(text)s”是别的系统的代码，没有登记，请填写名称", {"text": text[:10]})
        )
    names = {choice.find(part) for part in _SPLIT.split(text) if part} if choice.several else {None}
    if None in names:
        return Parsed(warning=Sentence("“%(text)s”不在可选的名称里，没有登记，请核对", {"text": text[:20]}))
    return Parsed(",".join(name for name in choice.names if name in names))


@lru_cache(maxsize=1024, typed=True)
def parse_yes(cell: Cell) -> Parsed:
    """True or False, from the many ways to tick or to say it."""
    text = plain(cell).rstrip("。.!")
    if not text or text in NOTHING:
        return BLANK
    if answer := YES.find(text):
        return Parsed(answer == "是")
    return Parsed(warning=Sentence("看不懂“%(text)s”，请填“是”或“否”", {"text": text[:20]}))


@lru_cache(maxsize=1024, typed=True)
def parse_category(cell: Cell) -> Parsed:
    """What kind of monitored household: one we know, else in the county's own words, which are told."""
    parsed = parse_choice(MONITORED, cell)
    text = clean(cell)
    if parsed.value or not parsed.warning or not _HAN_WORDS.fullmatch(text):
        return parsed
    own = Sentence(
        "“%(text)s”不是平台认得的类别，按原话登记；管理员可以在基础数据里定它哪几年算", {"text": text}
    )
    return Parsed(text, warning=own)


@lru_cache(maxsize=1024, typed=True)
def parse_risk(cell: Cell) -> Parsed:
    """Whether the risk was cleared."""
    parsed = parse_choice(RISK, cell)
    return Parsed(parsed.value == "已消除") if parsed.value else parsed


@lru_cache(maxsize=1024, typed=True)
def parse_year(cell: Cell, today: date) -> Parsed:
    """A year that has begun: 2019, 2019年, 2019年12月."""
    text = plain(cell).removesuffix(".0")
    if not text or text in NOTHING or text in ("无", "未脱贫", "0"):
        return BLANK
    found = _YEAR.fullmatch(text)
    if found is None:
        no_year = Sentence("“%(text)s”看不出是哪一年，没有登记，请写成2019的样子", {"text": text[:20]})
        return Parsed(warning=no_year)
    year = int(found[1])
    if year > today.year:
        return Parsed(warning=Sentence("“%(text)s”还没有到，请核对年份", {"text": text[:20]}))
    return Parsed(year)


def parse_things(cell: Cell) -> Parsed:
    """A list of jobs, skills or certificates: a mere yes or no is none of them."""
    parsed = parse_list(cell)
    answers = [item for item in parsed.value or () if YES.find(plain(item).rstrip("。.!"))]
    if not answers:
        return parsed
    things = [item for item in parsed.value if item not in answers]
    warning = Sentence("“%(text)s”只回答了是不是，没有说是什么，没有登记", {"text": "、".join(answers)[:20]})
    return Parsed(things or None, warning=warning)


YES = Choice("yes", ("是", "否"))
SEX = Choice("sex", ("男", "女"))
ETHNICITY = Choice("ethnicity", code_list("民族"), suffix="族")
RELATION = Choice("relation", code_list("与户主关系_扶贫"))
EDUCATION = Choice("education", code_list("文化程度_扶贫"))
SCHOOL = Choice("school", code_list("在校生状况"))
HEALTH = Choice("health", tuple(name for name in code_list("健康状况_扶贫") if "," not in name), several=True)
LABOUR = Choice("labour", code_list("劳动技能"))
WORK_STATUS = Choice("work_status", (*code_list("务工状况"), *code_list("就业状态")))
POVERTY = Choice("poverty", code_list("贫困户属性"))
LIFTED = Choice("lifted", code_list("脱贫属性"))
MONITORED = Choice("monitored", (*MONITORED_KINDS, MONITORED_OF_SOME_KIND, NOT_MONITORED))
RISK = Choice("risk", ("已消除", "未消除"))
CAUSE = Choice("cause", code_list("致贫原因"), several=True)
MANDARIN = Choice("mandarin", tuple(MANDARIN_LABELS.values()))

MANDARIN_LEVELS = {label: level for level, label in MANDARIN_LABELS.items()}
