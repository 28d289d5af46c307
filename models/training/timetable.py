"""The rules of a timetable: each finding names the rule and what to change. Knows no database."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import chinese_calendar

from models.i18n import Sentence
from models.people.name import name_key
from models.reference.calendar import WorkCalendar
from models.training.lesson import LessonKind
from models.training.standard import StandardName

PERIOD_MINUTES, MOST_STRETCH, MOST_DAYS = 45, 1.5, 800
NO_TIME_LEFT = Sentence("这个班同一时间已经有一节课。请改时间。")
HOLIDAY = Sentence("这一天是法定节假日。确实上课请保留，不上请改日期。")
OTHER_SCHOOL = Sentence("别的学校")


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
        first, last = (datetime.combine(self.held_on, at) for at in (self.starts, self.ends))
        return int((last - first).total_seconds() // 60)


@dataclass(frozen=True)
class Taken:
    """A lesson of another class, and what is busy then.

    ``class_name`` is told within the school only; ``learners`` counts those of this class who sit in it.
    """

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
    """What the class was approved for, and the standards (None: unknown, then not checked).

    ``unverified``: which of them only ask (待核), so that what they say is a warning.
    """

    starts_on: date
    ends_on: date
    periods: int
    period_minutes: int | None = None
    day_periods: int | None = None
    practice_share: int | None = None
    unverified: frozenset[StandardName] = frozenset()

    def finding(self, name: StandardName, field_name: str, sentence: Sentence) -> "Finding":
        """What the standard ``name`` says against a lesson; it rejects nothing while it is not verified."""
        if name not in self.unverified:
            return Finding(field_name, sentence)
        asks = Sentence("%(what)s（标准待核，请县里认定）", {"what": sentence})
        return Finding(field_name, asks, rejects=False)

    @property
    def most_theory(self) -> int | None:
        """The periods that may be theory, so that the share of practice is still reached."""
        if self.practice_share is None:
            return None
        return self.periods * (100 - self.practice_share) // 100


@dataclass(frozen=True)
class Finding:
    """What is wrong with one lesson, and in which field; ``rejects`` is False for a warning."""

    field: str
    sentence: Sentence
    rejects: bool = True


@dataclass
class Board:
    """A timetable that grows lesson by lesson: what stands on it already, and what others have taken."""

    frame: Frame
    standing: list[Planned] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def judge(self, lesson: Planned) -> list[Finding]:
        """What is wrong with ``lesson``; it is put on the board if nothing rejects it."""
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
            self._holiday,
        )
        findings = [finding for rule in rules if (finding := rule(lesson))]
        if not any(finding.rejects for finding in findings):
            self.standing.append(lesson)
        return findings

    def _dates(self, lesson: Planned) -> Finding | None:
        if self.frame.starts_on <= lesson.held_on <= self.frame.ends_on:
            return None
        dates = {"first": self.frame.starts_on, "last": self.frame.ends_on}
        return Finding("held_on", Sentence("不在培训期内：这个班从%(first)s到%(last)s。请改日期。", dates))

    def _length(self, lesson: Planned) -> Finding | None:
        least = lesson.periods * (self.frame.period_minutes or PERIOD_MINUTES)
        minutes = {"n": lesson.periods, "least": least, "real": lesson.minutes}
        if lesson.minutes < least:
            sentence = Sentence(
                "%(n)s 课时要 %(least)s 分钟，这里只有 %(real)s 分钟。请改时间或课时。", minutes
            )
            return self.frame.finding(StandardName.PERIOD_MINUTES, "ends", sentence)
        if lesson.minutes > least * MOST_STRETCH:
            sentence = Sentence(
                "%(n)s 课时是 %(least)s 分钟，这里有 %(real)s 分钟。请改时间或课时，午休前后分成两行。",
                minutes,
            )
            return self.frame.finding(StandardName.PERIOD_MINUTES, "ends", sentence)
        return None

    def _hours(self, lesson: Planned) -> Finding | None:
        most = self.frame.periods
        beyond = sum(other.periods for other in self.standing) + lesson.periods - most
        if beyond <= 0:
            return None
        sentence = Sentence(
            "超过批准的 %(most)s 课时，多了 %(n)s 课时。请删掉或减少。", {"most": most, "n": beyond}
        )
        return Finding("periods", sentence)

    def _day(self, lesson: Planned) -> Finding | None:
        most = self.frame.day_periods
        same_day = [other for other in self.standing if other.held_on == lesson.held_on]
        total = sum(other.periods for other in same_day) + lesson.periods
        if most is None or total <= most:
            return None
        sentence = Sentence(
            "这一天排了 %(n)s 课时，一天最多 %(most)s 课时。请挪到别的日子。", {"n": total, "most": most}
        )
        return self.frame.finding(StandardName.DAY_PERIODS, "periods", sentence)

    def _practice(self, lesson: Planned) -> Finding | None:
        most = self.frame.most_theory
        theory = [other for other in (*self.standing, lesson) if other.kind is LessonKind.THEORY]
        total = sum(other.periods for other in theory)
        if lesson.kind is not LessonKind.THEORY or most is None or total <= most:
            return None
        sentence = Sentence(
            "实操至少占 %(share)s%%，理论最多 %(most)s 课时，这里已排到 %(n)s 课时。请改成实操。",
            {"share": self.frame.practice_share, "most": most, "n": total},
        )
        return self.frame.finding(StandardName.PRACTICE_SHARE, "kind", sentence)

    def _own_clash(self, lesson: Planned) -> Finding | None:
        return Finding("starts", NO_TIME_LEFT) if any(map(lesson.meets, self.standing)) else None

    def _teacher(self, lesson: Planned) -> Finding | None:
        for other in filter(lesson.meets, self.taken):
            if _same_teacher(lesson, other):
                sentence = Sentence(
                    "%(teacher)s同一时间在“%(other)s”上课。请换老师或改时间。",
                    {"teacher": lesson.teacher_name, "other": other.class_name or OTHER_SCHOOL},
                )
                return Finding("teacher_name", sentence)
        return None

    def _place(self, lesson: Planned) -> Finding | None:
        for other in filter(lesson.meets, self.taken):
            if other.own_school and _plain(lesson.place) == _plain(other.place):
                sentence = Sentence(
                    "%(place)s同一时间“%(other)s”在用。请换地点或改时间。",
                    {"place": lesson.place, "other": other.class_name},
                )
                return Finding("place", sentence)
        return None

    def _learners(self, lesson: Planned) -> Finding | None:
        n = sum(other.learners for other in self.taken if lesson.meets(other))
        sentence = Sentence("本班有 %(n)s 名学员同一时间在别的班有课。请和他们说好，或改时间。", {"n": n})
        return Finding("starts", sentence, rejects=False) if n else None

    def _holiday(self, lesson: Planned) -> Finding | None:
        day, entered = lesson.held_on, self.calendar.entered
        if day not in entered and not self.calendar.is_sure(day):
            return _weekend(day)
        is_off = not entered[day] if day in entered else _is_feast(day)
        return Finding("held_on", HOLIDAY, rejects=False) if is_off else None


def teaching_days(calendar: WorkCalendar, first: date, weekdays: Collection[int]) -> Iterator[date]:
    """Yield the days from ``first`` on, of the ``weekdays`` (0 is Monday), that no feast takes."""
    for number in range(MOST_DAYS):
        day = first + timedelta(days=number)
        is_off = not calendar.entered[day] if day in calendar.entered else _is_feast(day)
        if day.weekday() in weekdays and not is_off:
            yield day


def _is_feast(day: date) -> bool:
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # a later year, of which all days off have been entered
        return False
    return bool(is_off and name)


def _weekend(day: date) -> Finding | None:
    if day.weekday() < 5:
        return None
    sentence = Sentence(
        "这一天是周末。%(year)s 年的放假安排系统里还没有，只能按周末提醒。", {"year": day.year}
    )
    return Finding("held_on", sentence, rejects=False)


def _same_teacher(lesson: Planned, other: Taken) -> bool:
    if lesson.teacher_digest and other.teacher_digest:
        return lesson.teacher_digest == other.teacher_digest
    return other.own_school and name_key(lesson.teacher_name) == name_key(other.teacher_name)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def judge_all(board: Board, rows: Iterable[tuple[int, Planned]]) -> dict[int, list[Finding]]:
    """The findings by number of row; rows are judged in the order in which they will be held."""
    ordered = sorted(rows, key=lambda row: (row[1].held_on, row[1].starts, row[0]))
    return {number: board.judge(lesson) for number, lesson in ordered}
