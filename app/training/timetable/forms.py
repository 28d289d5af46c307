"""The form of one lesson; the spreadsheet's rows are checked with it too."""

from typing import Any

from flask_babel import lazy_gettext as _l
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as NumberError
from wtforms import (
    Field,
    SelectField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import Optional

from app.kit.web.fields import Form, choice, day_field, options, required, text, tidy, whole
from models.training.lesson import LESSON_KIND_LABELS, Lesson, LessonKind

MOST_PERIODS = 12
SHOWN = ("held_on", "starts", "ends", "kind", "periods", "content", "place", "teacher_name", "material")
KINDS = [(key.value, _l(word)) for key, word in LESSON_KIND_LABELS.items()]


class ClockField(TimeField):
    """A time of day; says in plain words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 08:30; raises ValueError with the sentence."""
        try:
            super().process_formdata([tidy(value) for value in valuelist])
        except ValueError as problem:
            self.data = None
            raise ValueError(_l("请填时间，例如 08:30。")) from problem


def id_number(form: Any, field: Field) -> None:
    """Validator: an ID number of 18 digits with a right check digit (GB 11643), or nothing."""
    if not field.data:
        return
    try:
        field.data = ric.validate(tidy(field.data).upper())
    except NumberError as problem:
        raise ValidationError(_l("身份证号不对：应是 18 位，请对照证件再填一次。")) from problem


def _kind(value: Any) -> LessonKind | None:
    return LessonKind(value) if value else None


def _account(value: Any) -> int | None:
    return int(value) if value else None


class LessonForm(Form):
    """One line of the timetable."""

    held_on = day_field(_l("上课日期"), must=True)
    starts = ClockField(_l("开始时间"), validators=[required()])
    ends = ClockField(_l("结束时间"), validators=[required()])
    kind = choice(_l("理论还是实操"), KINDS, must=True, coerce=_kind)
    periods = whole(_l("课时"), low=1, high=MOST_PERIODS, must=True)
    content = text(_l("上课内容"), most=120, must=True)
    place = text(_l("上课地点"), most=100, must=True)
    teacher_name = text(_l("培训教师"), must=True)
    teacher_user_id = SelectField(
        _l("教师的账号"), coerce=_account, description=_l("选了账号，老师的手机上就有这节课。")
    )
    teacher_id_number = StringField(
        _l("教师身份证号"),
        validators=[Optional(), id_number],
        description=_l("用来查同一位老师有没有排重；不填就按姓名查。"),
    )
    material = text(_l("教材名称及出版社"), most=120)
    reason = text(_l("为什么改"), most=200)

    def offer_teachers(self, teachers: list[tuple[int, str]]) -> None:
        """Let one of the school's teacher accounts be chosen."""
        self.teacher_user_id.choices = options(
            [("", _l("没有账号")), *((str(n), name) for n, name in teachers)]
        )

    def validate_ends(self, field: Field) -> None:
        """A lesson ends after it began."""
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_l("结束时间要晚于开始时间。"))

    def values(self) -> dict[str, Any]:
        """The columns of a lesson."""
        names = (*SHOWN, "teacher_id_number", "teacher_user_id")
        return {name: self[name].data or None for name in names} | {"material": self.material.data or ""}

    def show(self, lesson: Lesson) -> None:
        """Fill the form from ``lesson``, except the ID number, which is never shown again."""
        for name in SHOWN:
            self[name].data = getattr(lesson, name)
        self.teacher_user_id.data = lesson.teacher_user_id
