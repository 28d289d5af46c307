"""Working time, board and lodging of a row of orders, where one column of theirs tells several of ours."""

import re

from app.kit.files.cells.amounts import Amount, Misread, compact
from app.kit.files.cells.measures import HOURS
from app.kit.files.cells.working_time import WorkingTime, read_working_time
from app.orders.bulk_upload.row import Row, shown, wrong_unit
from models.i18n import Sentence

_LIVING = {
    "free both": (
        "包吃住",
        "包食宿",
        "食宿全包",
        "免费食宿",
        "包吃包住",
        "包住包吃",
        "管吃住",
        "管吃管住",
        "全包",
        "包",
    ),
    "self both": ("自理", "不包吃住", "不包食宿", "食宿自理", "吃住自理", "不包"),
    "free board": ("包吃", "包三餐", "包餐", "管吃", "免费工作餐"),
    "part board": ("有餐补", "餐补", "补贴伙食", "有饭补", "饭补"),
    "self board": ("不包吃", "吃饭自理", "伙食自理", "吃自理"),
    "free lodging": ("包住", "包住宿", "免费住宿", "提供住宿", "管住"),
    "self lodging": ("不包住", "住宿自理", "自己租房", "住自理", "外宿"),
}
_LIVING_WORDS = {word: meaning for meaning, words in _LIVING.items() for word in words}
_LIVING_TOKEN = re.compile("|".join(sorted(_LIVING_WORDS, key=len, reverse=True)) + r"|[,、;/和()。]")


def read_time(row: Row, name: str) -> None:
    text = row.text(name)
    try:
        time = _time_of(text, row.amount(name, HOURS))
    except Misread:
        time = _words_of_time(row, name)
    if time is None:
        return
    for field_name, value in fields_of(time).items():
        own = row.line.raw.get(field_name)
        if value is not None and own and own != [shown(value)] and row.text(field_name):
            other = {"text": text[:20], "column": row.header(field_name)}
            row.warn(name, Sentence("“%(text)s”和“%(column)s”列不一样，按那一列登记，请核对。", other))
        row.put(field_name, value)
    if time.remark:
        row.warn(name, time.remark)


def fields_of(time: WorkingTime) -> dict[str, object]:
    """A working time by the fields of the form."""
    return {
        "hours_per_day": time.hours_per_day,
        "days_per_week": time.days_per_week,
        "shift": time.shift,
        "night_shift": None if time.night_shift is None else int(time.night_shift),
    }


def _time_of(text: str, hours: Amount | None) -> WorkingTime | None:
    """Hours alone: 8小时, 8-10小时; of a range the longest day counts."""
    if hours is None:
        return None
    if hours.period not in ("", "day"):
        raise wrong_unit(hours, HOURS)
    longest = hours.high if hours.high is not None else hours.low
    told = {"text": text[:20], "n": shown(longest)}
    remark = None if hours.is_exact else Sentence("“%(text)s”按 %(n)s 登记，请核对。", told)
    return WorkingTime(hours_per_day=longest, remark=remark)


def _words_of_time(row: Row, name: str) -> WorkingTime | None:
    """Words for a working day; what is not understood is kept as it stands."""
    try:
        return read_working_time(row.text(name))
    except Misread:
        row.keep_unread(name)
        return None


def read_living(row: Row, name: str) -> None:
    left, told = compact(row.text(name)), dict[str, str]()
    while left:
        match = _LIVING_TOKEN.match(left)
        if match is None:
            row.keep_unread(name)
            return
        if meaning := _LIVING_WORDS.get(match.group()):
            who, what = meaning.split()
            told |= dict.fromkeys(("board", "lodging") if what == "both" else (what,), who)
        left = left[match.end() :]
    for field_name, who in told.items():
        row.put(field_name, who)
