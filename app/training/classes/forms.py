"""Input shapes of classes and their people."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, IntegerField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from app.kit.web.fields import Form, choice, day_field, options, required, text, whole
from app.kit.web.formatters import say
from app.kit.web.merging import EditForm
from app.training.classes.operations import Visit
from models.clock import CHINA
from models.placement.leaving import CHANNEL_LABELS, Channel
from models.training.agreement import Agreement
from models.training.class_rules import Plan, Problem
from models.training.standard import STANDARD_LABELS
from models.training.training_class import TrainingClass

MOST_IN_CLASS = 500


def _meals() -> Any:
    return text(_l("吃饭、住宿"), most=100, description=_l("例如：中午包一顿，不住宿。学员在手机上看得到"))


class ClassForm(EditForm):
    """What a school decides about a class."""

    name = text(_l("班名"), most=80, must=True, description=_l("例如：焊工 1 班"))
    capacity = whole(_l("招多少人"), low=1, high=MOST_IN_CLASS, must=True)
    starts_on = day_field(_l("开班日期"), must=True)
    ends_on = day_field(_l("结束日期"), must=True)
    place = text(_l("上课地点"), most=100, must=True)
    meals = _meals()
    head_teacher = text(_l("班主任"), most=60, must=True)

    def plan(self) -> Plan:
        """What was typed, as the operations take it."""
        return Plan(
            name=self.name.data,
            capacity=self.capacity.data or 0,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            place=self.place.data,
            head_teacher=self.head_teacher.data or "",
            meals=self.meals.data or "",
        )

    def blame(self, problems: list[Problem]) -> None:
        """Put each problem under its field."""
        for problem in problems:
            item = self[problem.field_name]
            item.errors = [*item.errors, say(problem.sentence)]


def proposed_plan(agreement: Agreement, left: int, number: int) -> dict[str, Any]:
    """What the form of a new class begins with: the agreement's own words."""
    name = f"{agreement.order.occupation_name} {number} 班"
    return {"name": name, "capacity": left, "place": agreement.terms.place}


def plan_of(training_class: TrainingClass) -> dict[str, Any]:
    """A class as the form shows it."""
    return {
        name: getattr(training_class, name)
        for name in ("name", "capacity", "starts_on", "ends_on", "place", "meals", "head_teacher")
    }


class SiteCheckForm(Form):
    """What was seen at the visit before the opening."""

    visited_at = DateTimeLocalField(_l("什么时候到场"), format="%Y-%m-%dT%H:%M", validators=[required()])
    counted = whole(_l("数到多少人"), high=MOST_IN_CLASS, must=True)
    in_order = choice(
        _l("人员、场地、教师、设备"), [("1", _l("都对得上")), ("0", _l("有问题，先整改"))], must=True
    )
    finding = TextAreaField(_l("看到的情况"), validators=[Optional(), Length(max=400)])

    def __init__(self, now: datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.now = now

    def validate(self, extra_validators: Any = None) -> bool:
        """A visit to come is no visit, and a problem needs words."""
        is_valid = bool(super().validate(extra_validators))
        if self.visited_at.data and self.visited_at.data.replace(tzinfo=CHINA) > self.now:
            self.visited_at.errors = [_l("到场时间不能晚于现在。")]
            is_valid = False
        if self.in_order.data == "0" and not (self.finding.data or "").strip():
            self.finding.errors = [_l("请写清楚哪里不对，学校好整改。")]
            is_valid = False
        return is_valid

    def visit(self) -> Visit:
        """What was seen, as the operation takes it."""
        return Visit(
            self.visited_at.data.replace(tzinfo=CHINA),
            self.counted.data or 0,
            self.in_order.data == "1",
            self.finding.data or "",
        )


class AnswerForm(Form):
    """What a person said who was asked whether they want to be trained."""

    answer = choice(_l("本人的意思"), [("endorse", _l("愿意参加")), ("decline", _l("不参加"))], must=True)
    channel = choice(
        _l("怎么问的"),
        [(k.value, _l(v)) for k, v in CHANNEL_LABELS.items() if k is not Channel.PORTAL],
        must=True,
    )
    reason = text(_l("不参加的原因"), most=300)

    def validate(self, extra_validators: Any = None) -> bool:
        """A no needs its reason."""
        is_valid = bool(super().validate(extra_validators))
        if self.answer.data == "decline" and not (self.reason.data or "").strip():
            self.reason.errors = [_l("请写不参加的原因。")]
            return False
        return is_valid


class CorrectionForm(EditForm):
    """Name, place and head teacher of a class that the county has agreed to, and why they change."""

    name = text(_l("班名"), most=80, must=True)
    place = text(_l("上课地点"), most=100, must=True)
    meals = _meals()
    head_teacher = text(_l("班主任"), most=60, must=True)
    reason = text(_l("为什么改"), most=300, must=True)


class MoveForm(Form):
    """Where a learner goes, and why."""

    class_id = SelectField(_l("转到哪个班"), coerce=int, validators=[required()])
    reason = text(_l("为什么转"), most=300, must=True)

    def offer(self, targets: list[TrainingClass]) -> None:
        """Take the classes to choose from, each with its first day and free seats."""
        word = _l("%(name)s，%(day)s开班，空 %(n)s 个")
        self.class_id.choices = options(
            (one.id, word % {"name": one.name, "day": one.starts_on, "n": one.seats_left}) for one in targets
        )


class DecisionForm(Form):
    """How the county decides where a standard is not verified."""

    name = choice(_l("标准"), [(name.value, _l(word)) for name, word in STANDARD_LABELS.items()], must=True)
    enrolment_id = IntegerField(validators=[Optional()])
    allowed = choice(_l("县里认定"), [("1", _l("可以")), ("0", _l("不可以"))], must=True)
    reason = text(_l("理由"), most=300, must=True)
