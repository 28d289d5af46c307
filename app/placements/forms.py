"""Forms of placements."""

import enum
from collections.abc import Container, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from app.kit.web.fields import (
    Form,
    choice,
    day_field,
    money,
    office_number,
    options,
    past_day,
    phone_number,
    required,
    text,
    whole,
)
from app.kit.web.manual import in_manual
from app.kit.web.merging import EditForm
from app.kit.web.transition_forms import MOST_REASON
from app.placements.operations.departures import Journey
from app.placements.operations.follow_ups import Finding
from app.placements.operations.interviews import Appointment
from models.access import Permission
from models.clock import CHINA, china_now
from models.i18n import N_
from models.placement.leaving import (
    CHANNEL_LABELS,
    DECLINE_REASON_LABELS,
    LEAVE_REASON_LABELS,
    Channel,
    LeaveReason,
)
from models.placement.placement import EVIDENCE_LABELS, OUTCOME_LABELS, Evidence, Outcome

Labelled = TypeVar("Labelled", bound=enum.Enum)


def choices_of(labels: Mapping[Labelled, str], *, without: Container[Labelled] = ()) -> list[tuple[str, Any]]:
    """(value, label) pairs for a select."""
    return [(str(member.value), _l(text)) for member, text in labels.items() if member not in without]


class ReasonForm(Form):
    """The reason under a button; the workflow knows which steps must have one."""

    reason = StringField(filters=[lambda typed: (typed or "").strip()[:MOST_REASON]])


@in_manual(N_("登记本人的答复"), Permission.PLACEMENT_ANSWER)
class AnswerForm(Form):
    """The person's answer, as it reached the county."""

    answer = choice(_l("本人的意思"), [("accept", _l("愿意去")), ("decline", _l("不去"))], must=True)
    channel = choice(_l("怎么知道的"), choices_of(CHANNEL_LABELS, without=(Channel.PORTAL,)), must=True)
    reason = choice(_l("不去的原因"), choices_of(DECLINE_REASON_LABELS))
    note = text(_l("补充说明"), most=300)

    def offer_no_only(self) -> None:
        """Only a no is left to be said."""
        self.answer.choices = options([("decline", _l("不去"))])

    def validate(self, extra_validators: Any = None) -> bool:
        """A no needs its reason: the next recommendation learns from it."""
        is_valid: bool = super().validate(extra_validators)
        if self.answer.data == "decline" and not self.reason.data:
            self.reason.errors = [_l("请选不去的原因，下次推荐时会避开。")]
            return False
        return is_valid


class InterviewForm(Form):
    """When, where, whom to ask for."""

    held_at = DateTimeLocalField(_l("面试时间"), format="%Y-%m-%dT%H:%M", validators=[required()])
    place = text(_l("面试地点"), most=100, must=True, description=_l("例如：厂门口保安室、视频面试"))
    contact = text(_l("找谁、电话多少"), most=60, must=True)

    def validate_held_at(self, field: Any) -> None:
        """The person is told to come: the time must lie ahead."""
        if field.data and field.data.replace(tzinfo=CHINA) < china_now():
            raise ValidationError(_l("面试时间已经过去了，请填还没到的时间。"))

    @property
    def appointment(self) -> Appointment:
        """As typed; the time is China's."""
        return Appointment(self.held_at.data.replace(tzinfo=CHINA), self.place.data, self.contact.data)


class RenewForm(Form):
    """The person's fresh word, on paper."""

    signed_on = past_day(
        _l("本人签字的日期"), must=True, description=_l("先把同意的内容念给本人听；同意书由县就业局收存。")
    )


class ToldForm(Form):
    """How the county told the person."""

    channel = choice(_l("怎么转告的"), choices_of(CHANNEL_LABELS, without=(Channel.PORTAL,)), must=True)


class BulkAnswerForm(AnswerForm):
    """The same answer of several people: nothing is chosen beforehand, since a yes is a consent."""

    answer = choice(
        _l("本人的意思"), [("", _l("请选择")), ("accept", _l("愿意去")), ("decline", _l("不去"))], must=True
    )


@in_manual(N_("登记录用"), Permission.PLACEMENT_HIRE)
class HiringForm(ReasonForm):
    """Hiring several people, or turning them down for one reason."""

    decision = choice(_l("怎么定"), [("hire", _l("录用")), ("not_hire", _l("不录用"))], must=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """A no needs its reason, as it does for one person."""
        is_valid: bool = super().validate(extra_validators)
        if self.decision.data == "not_hire" and not self.reason.data:
            self.reason.errors = [_l("不录用要写理由。")]
            return False
        return is_valid


class ArrivalForm(Form):
    """The first day at work."""

    on = past_day(_l("到岗日期"), must=True)


class MissForm(Form):
    """Why the person never came."""

    reason = choice(_l("原因"), choices_of(LEAVE_REASON_LABELS), must=True)
    note = text(_l("补充说明"), most=300)

    @property
    def value(self) -> LeaveReason:
        """The reason chosen."""
        return LeaveReason(self.reason.data)


class LeaveForm(MissForm):
    """Why and when the person left."""

    on = past_day(_l("离职日期"), must=True)


class CorrectForm(Form):
    """Days and the reason of what has happened; :func:`correct_form` drops what is not known yet."""

    hired_on = past_day(_l("录用日期"))
    on_site_on = past_day(_l("到岗日期"))
    left_on = past_day(_l("离职日期"))
    leave_reason = choice(_l("离开的原因"), choices_of(LEAVE_REASON_LABELS))
    reason = text(_l("为什么更正"), most=200, must=True)

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed, of what the form asks."""
        typed = {name: self[name].data for name in ("hired_on", "on_site_on", "left_on") if name in self}
        reason = self.leave_reason.data if "leave_reason" in self else None
        return typed | ({"leave_reason": LeaveReason(reason)} if reason else {})


def correct_form(known: Mapping[str, Any]) -> CorrectForm:
    """The form with what is ``known``; what has not happened yet is not corrected."""
    form = CorrectForm(formdata=None, data=known)
    for name in ("hired_on", "on_site_on", "left_on", "leave_reason"):
        if known.get(name) is None:
            del form[name]
    return form


@in_manual(N_("一批人出发"), Permission.PLACEMENT_DEPART)
class DepartureForm(EditForm):
    """Who leads a group, how and when it leaves."""

    leader_name = text(_l("带队人"), must=True)
    leader_phone = text(_l("带队人电话"), most=20)
    transport = text(_l("坐什么去"), must=True, description=_l("例如：大巴、火车"))
    vehicle = text(_l("车次或车牌"), most=40, description=_l("例如：K1223，川W12345"))
    seats = whole(_l("座位数"), low=1, high=2000, description=_l("不知道就空着；人比座位多时不能编队"))
    from_place = text(_l("集合地点"), most=100, must=True)
    departs_at = DateTimeLocalField(_l("出发时间"), format="%Y-%m-%dT%H:%M", validators=[required()])
    note = text(_l("要带的东西、注意的事"), most=200)

    def validate_departs_at(self, field: Any) -> None:
        """People are told to come: the time must lie ahead."""
        if field.data and field.data.replace(tzinfo=CHINA) < china_now():
            raise ValidationError(_l("出发时间已经过去了，请填还没到的时间。"))

    def validate_leader_phone(self, field: Any) -> None:
        """A mobile number, where one is given."""
        phone_number(self, field)

    @property
    def journey(self) -> Journey:
        """The arrangement; the time of departure is China's."""
        return Journey(
            leader_name=self.leader_name.data,
            leader_phone=self.leader_phone.data or "",
            transport=self.transport.data,
            from_place=self.from_place.data,
            departs_at=self.departs_at.data.replace(tzinfo=CHINA),
            note=self.note.data or "",
            vehicle=self.vehicle.data or "",
            seats=self.seats.data,
        )


class ChangeDepartureForm(DepartureForm):
    """The arrangement put right, and why."""

    reason = text(_l("为什么改"), most=200, must=True)


class HandOverForm(Form):
    """The signed list: by whom and when the people were received, and its scan."""

    received_by = text(_l("厂里谁签收的"), must=True, most=60)
    received_on = past_day(_l("哪天交接的"), must=True)
    note = text(_l("备注"), most=200)
    file = FileField(
        _l("签字的交接单"),
        description=_l("拍照就行：JPG、PNG 或 PDF，不超过 10 MB。"),
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )


@in_manual(N_("登记一次回访"), Permission.FOLLOWUP_RECORD)
class FollowUpForm(Form):
    """The result of a call or visit."""

    outcome = choice(_l("现在的情况"), choices_of(OUTCOME_LABELS), must=True)
    evidence = choice(_l("凭什么知道"), choices_of(EVIDENCE_LABELS), must=True)
    wage_fen = money(_l("上月实发工资（元）"))
    note = text(_l("凭据说明"), most=300, description=_l("例如：6 月工资条，企业盖章花名册第 3 页"))
    file = FileField(
        _l("凭据照片或扫描件"),
        description=_l("工资条、花名册那一页、社保记录：拍照就行，JPG、PNG 或 PDF，不超过 10 MB。"),
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )
    trouble = TextAreaField(_l("遇到的困难"), validators=[Optional(), Length(max=300)])
    leave_reason = choice(_l("离职的原因"), choices_of(LEAVE_REASON_LABELS))
    left_on = past_day(_l("离职日期"))
    correction = text(
        _l("上次登记错了，为什么改"),
        most=200,
        description=_l("写了理由就是更正：凭据弱些也可以，市局要重新核实。"),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Who has left, left for a reason: asked where it is chosen, far below the outcome."""
        is_valid: bool = super().validate(extra_validators)
        if self.outcome.data == Outcome.LEFT.value and not self.leave_reason.data:
            self.leave_reason.errors = [_l("请选离职的原因。")]
            return False
        return is_valid

    def finding(self) -> Finding:
        """The finding as typed."""
        reason = self.leave_reason.data
        return Finding(
            outcome=Outcome(self.outcome.data),
            evidence=Evidence(int(self.evidence.data)),
            wage_fen=self.wage_fen.data,
            note=self.note.data or "",
            trouble=self.trouble.data or "",
            leave_reason=LeaveReason(reason) if reason else None,
            left_on=self.left_on.data,
        )


class FigureForm(Form):
    """One sum of the take-home line."""

    owner_code = choice(_l("哪里的"), [], must=True)
    name = text(_l("名称"), must=True, description=_l("例如：稳岗补贴、伙食（企业不包时）"))
    monthly_fen = money(_l("每月多少元"), must=True, most_yuan=20_000)
    since = day_field(_l("从哪天起"), must=True)
    source = text(_l("依据"), most=200, must=True, description=_l("文件名称和文号，或怎么测算的"))


class OfficeForm(EditForm):
    """How people of the county reach its bureau."""

    county_code = choice(_l("哪个县"), [], must=True)
    phone = text(_l("电话"), most=20, must=True, description=_l("带区号的座机或手机，例如 0834-8322000"))
    hours = text(_l("几点有人接"), description=_l("例如：工作日 9 点到 17 点"))

    def validate_phone(self, field: Any) -> None:
        """One number that can be rung."""
        office_number(self, field)


def start_of(day: date) -> datetime:
    """The morning after ``day``, as a form's first proposal for a departure."""
    return datetime.combine(day + timedelta(days=1), time(8))
