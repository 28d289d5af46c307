"""What a match needs to know of a person: each question is open while nobody has answered it."""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.workers.operations import LISTS, value_of
from app.workers.roster.fields import BY_NAME
from models.i18n import N_
from models.people.worker import MANDARIN_LABELS, Worker


class Kind(enum.Enum):
    """How a question is answered."""

    YES_NO = "yes_no"
    LEVEL = "level"
    AMOUNT = "amount"
    LIST = "list"
    TEXT = "text"
    DAY = "day"
    PHONE = "phone"


@dataclass(frozen=True)
class Question:
    """One field of a person. ``words`` are its buttons, by the value they stand for.

    ``nothing`` is the button for "there is none", which leaves the field and is not asked again. A person
    with a ``decisive`` one open is rung; the others are asked along.
    """

    name: str
    text: str
    kind: Kind
    words: tuple[tuple[str, str], ...] = ()
    nothing: str = ""
    decisive: bool = False

    @property
    def label(self) -> str:
        """The field's word in the register."""
        return BY_NAME[self.name].label

    def is_open(self, worker: Worker) -> bool:
        """Whether nobody has answered it."""
        return value_of(worker, self.name) in (None, "", [])

    @property
    def open_condition(self) -> ColumnElement[bool]:
        """The same as a condition on ``worker``."""
        if self.kind is Kind.PHONE:
            return and_(Worker.phone_last4 == "", Worker.phones.is_(None))
        column: InstrumentedAttribute[Any] = getattr(Worker, self.name)
        if self.name in LISTS:
            return cast(column, Text) == "[]"
        return column == "" if self.kind is Kind.TEXT else column.is_(None)


def _yes_no(name: str, text: str, yes: str, no: str, *, decisive: bool = False) -> Question:
    return Question(name, text, Kind.YES_NO, (("1", yes), ("0", no)), decisive=decisive)


_SUMS = tuple((str(yuan), N_("%(n)s 元")) for yuan in (3000, 3500, 4000, 4500, 5000, 6000))
QUESTIONS = (
    _yes_no("willing", N_("愿不愿意外出务工？"), N_("愿意"), N_("不去"), decisive=True),
    Question("wishes", N_("想做什么活？"), Kind.LIST, nothing=N_("什么活都行"), decisive=True),
    Question("wage_floor_yuan", N_("一个月最少要多少？"), Kind.AMOUNT, _SUMS, N_("没有要求"), decisive=True),
    _yes_no("night_shift", N_("上不上夜班？"), N_("可以"), N_("不行"), decisive=True),
    Question("skills", N_("会什么手艺？"), Kind.LIST, nothing=N_("没有手艺"), decisive=True),
    Question("phone", N_("本人的电话是多少？"), Kind.PHONE, nothing=N_("没有电话"), decisive=True),
    _yes_no("standing_work", N_("站着干活行不行？"), N_("可以"), N_("不行")),
    _yes_no("couple_room_needed", N_("要不要夫妻房？"), N_("要"), N_("不要")),
    _yes_no("dormitory_needed", N_("要不要住厂里？"), N_("要"), N_("不要")),
    Question(
        "mandarin",
        N_("普通话怎么样？"),
        Kind.LEVEL,
        tuple((str(level.value), word) for level, word in MANDARIN_LABELS.items()),
    ),
    Question("available_on", N_("哪天能走？"), Kind.DAY, (("now", N_("随时能走")),)),
    Question("care_duties", N_("家里要照料谁？"), Kind.TEXT, nothing=N_("没有人要照料")),
)
BY_QUESTION = {question.name: question for question in QUESTIONS}


def open_questions(worker: Worker, settled: Collection[str] = ()) -> list[Question]:
    """What nobody has answered of ``worker``; ``settled`` was answered with "nothing".

    Who does not want to go is asked nothing more.
    """
    if worker.willing is False:
        return []
    return [one for one in QUESTIONS if one.name not in settled and one.is_open(worker)]


def is_worth_a_call() -> ColumnElement[bool]:
    """That a decisive question is open, as a condition on ``worker``."""
    return or_(*[question.open_condition for question in QUESTIONS if question.decisive])


def nothing_said(names: Collection[str]) -> list[Any]:
    """The labels of the questions answered with "nothing"."""
    return [BY_QUESTION[name].label for name in names]
