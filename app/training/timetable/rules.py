"""The rules of a timetable: each finding names the rule and what to change. Knows no database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

import chinese_calendar
from flask_babel import gettext as _

from app.kit.web.formatters import day as day_word
from models.training.lesson import LessonKind

PERIOD_MINUTES, MOST_STRETCH = 45, 1.5


@dataclass(frozen=True)
class Planned:
    """One lesson as planned. ``teacher_digest`` stands for the teacher's ID number where it is known."""

    held_on: date
    starts: time
    ends: time
    kind: LessonKind
    periods: int
    place: str
    teacher_name: str
    teacher_digest: str | None = None

    def meets(self, other: "Planned | Taken") -> bool:
        """Whether both happen at the same time."""
        return self.held_on == other.held_on and self.starts < other.ends and other.starts < self.ends

    @property
    def minutes(self) -> int:
        """How long it lasts by the clock."""
        first, last = (datetime.combine(self.held_on, one) for one in (self.starts, self.ends))
        return int((last - first).total_seconds() // 60)


@dataclass(frozen=True)
class Taken:
    """A lesson of another class: who and what is busy then. ``class_name`` is told within the school only."""

    held_on: date
    starts: time
    ends: time
    place: str
    teacher_name: str
    teacher_digest: str | None
    own_school: bool
    class_name: str
    learners: int = 0


@dataclass(frozen=True)
class Frame:
    """What the class was approved for, and the standards (None: unknown, then not checked)."""

    starts_on: date
    ends_on: date
    periods: int
    period_minutes: int | None = None
    day_periods: int | None = None
    practice_share: int | None = None

    @property
    def most_theory(self) -> int | None:
        """The periods that may be theory, so that the share of practice is still reached."""
        if self.practice_share is None:
            return None
        return self.periods * (100 - self.practice_share) // 100


@dataclass(frozen=True)
class Finding:
    """What is wrong with one lesson: the field, the sentence; ``refuses`` is False for a warning."""

    field: str
    sentence: str
    refuses: bool = True


@dataclass
class Board:
    """A timetable that grows lesson by lesson: what stands on it already, and what others have taken."""

    frame: Frame
    standing: list[Planned] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)

    def judge(self, one: Planned) -> list[Finding]:
        """Return what is wrong with ``one``; put it on the board if nothing refuses it."""
        rules = (
            self._dates,
            self._length,
            self._hours,
            self._day,
            self._practice,
            self._own_clash,
            self._teacher,
            self._place,
            self._learners,
            _holiday,
        )
        found = [finding for rule in rules if (finding := rule(one))]
        if not any(finding.refuses for finding in found):
            self.standing.append(one)
        return found

    def _dates(self, one: Planned) -> Finding | None:
        if self.frame.starts_on <= one.held_on <= self.frame.ends_on:
            return None
        first, last = day_word(self.frame.starts_on), day_word(self.frame.ends_on)
        return Finding(
            "held_on", _("不在培训期内：这个班从%(first)s到%(last)s。请改日期。", first=first, last=last)
        )

    def _length(self, one: Planned) -> Finding | None:
        minutes = self.frame.period_minutes or PERIOD_MINUTES
        least = one.periods * minutes
        given = {"n": one.periods, "least": least, "real": one.minutes}
        if one.minutes < least:
            return Finding(
                "ends", _("%(n)s 课时要 %(least)s 分钟，这里只有 %(real)s 分钟。请改时间或课时。", **given)
            )
        if one.minutes > least * MOST_STRETCH:
            sentence = _(
                "%(n)s 课时是 %(least)s 分钟，这里有 %(real)s 分钟。请改时间或课时，午休前后分成两行。",
                **given,
            )
            return Finding("ends", sentence)
        return None

    def _hours(self, one: Planned) -> Finding | None:
        beyond = sum(other.periods for other in self.standing) + one.periods - self.frame.periods
        if beyond <= 0:
            return None
        most = self.frame.periods
        return Finding(
            "periods", _("超过批准的 %(most)s 课时，多了 %(n)s 课时。请删掉或减少。", most=most, n=beyond)
        )

    def _day(self, one: Planned) -> Finding | None:
        most = self.frame.day_periods
        total = sum(other.periods for other in self.standing if other.held_on == one.held_on) + one.periods
        if most is None or total <= most:
            return None
        return Finding(
            "periods",
            _("这一天排了 %(n)s 课时，一天最多 %(most)s 课时。请挪到别的日子。", n=total, most=most),
        )

    def _practice(self, one: Planned) -> Finding | None:
        most = self.frame.most_theory
        theory = (
            sum(other.periods for other in self.standing if other.kind is LessonKind.THEORY) + one.periods
        )
        if one.kind is not LessonKind.THEORY or most is None or theory <= most:
            return None
        given = {"share": self.frame.practice_share, "most": most, "n": theory}
        sentence = _(
            "实操至少占 %(share)s%%，理论最多 %(most)s 课时，这里已排到 %(n)s 课时。请改成实操。", **given
        )
        return Finding("kind", sentence)

    def _own_clash(self, one: Planned) -> Finding | None:
        if not any(one.meets(other) for other in self.standing):
            return None
        return Finding("starts", _("这个班同一时间已经有一节课。请改时间。"))

    def _teacher(self, one: Planned) -> Finding | None:
        for other in self.taken:
            if one.meets(other) and _same_teacher(one, other):
                given = {"teacher": one.teacher_name, "other": other.class_name or _("别的学校")}
                return Finding(
                    "teacher_name", _("%(teacher)s同一时间在“%(other)s”上课。请换老师或改时间。", **given)
                )
        return None

    def _place(self, one: Planned) -> Finding | None:
        for other in self.taken:
            if one.meets(other) and other.own_school and _plain(one.place) == _plain(other.place):
                given = {"place": one.place, "other": other.class_name}
                return Finding("place", _("%(place)s同一时间“%(other)s”在用。请换地点或改时间。", **given))
        return None

    def _learners(self, one: Planned) -> Finding | None:
        n = sum(other.learners for other in self.taken if one.meets(other))
        sentence = _("本班有 %(n)s 名学员同一时间在别的班有课。请和他们说好，或改时间。", n=n)
        return Finding("starts", sentence, refuses=False) if n else None


def _holiday(one: Planned) -> Finding | None:
    try:
        is_off, name = chinese_calendar.get_holiday_detail(one.held_on)
    except NotImplementedError:
        if one.held_on.weekday() < 5:
            return None
        sentence = _(
            "这一天是周末。%(year)s 年的放假安排系统里还没有，只能按周末提醒。", year=one.held_on.year
        )
        return Finding("held_on", sentence, refuses=False)
    return (
        Finding("held_on", _("这一天是法定节假日。确实上课请保留，不上请改日期。"), refuses=False)
        if name and is_off
        else None
    )


def _same_teacher(one: Planned, other: Taken) -> bool:
    if one.teacher_digest and other.teacher_digest:
        return one.teacher_digest == other.teacher_digest
    return other.own_school and _plain(one.teacher_name) == _plain(other.teacher_name)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def judge_all(board: Board, rows: Iterable[tuple[int, Planned]]) -> dict[int, list[Finding]]:
    """Return the findings by number of row; rows are judged in the order in which they will be held."""
    ordered = sorted(rows, key=lambda row: (row[1].held_on, row[1].starts, row[0]))
    return {number: board.judge(one) for number, one in ordered}
