"""Forms of this area. A worker's form asks in the words of the roster's columns, so that both say the
same."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kit.files.cells.measures import DURATION, WAGE
from app.kit.files.cells.wages import HIGHEST_WAGE, LOWEST_WAGE
from app.kit.web.days import past_day
from app.kit.web.fields import (
    Form,
    ListField,
    SelectMultipleField,
    TriStateField,
    choice,
    day_field,
    identity_number,
    options,
    required,
    telephones,
    text,
    tidy,
    whole,
)
from app.kit.web.manual import in_manual
from app.kit.web.merging import EditForm
from app.workers.operations import value_of
from app.workers.roster.fields import BY_NAME, PHONES
from models.access import Permission
from models.i18n import N_
from models.people.phone import masked
from models.people.worker import MANDARIN_LABELS, NOT_AT_SCHOOL, Worker
from models.reference.area_latin import AreaName

NUMBERS = ("id_number", "phone", "household_phone")
ONE_OF = (
    "township",
    "ethnicity",
    "relation",
    "poverty_attribute",
    "lifted",
    "monitored_type",
    "education_text",
    "school_status",
    "labour_capacity",
    "work_status",
)
SEVERAL = ("health_text", "poverty_cause")
SECTIONS = (
    (_l("是谁"), ("name", "id_number", "phone", "remove_phone", "ethnicity", "relation")),
    (
        _l("住在哪里"),
        (
            "township",
            "village",
            "hamlet",
            "household_code",
            "person_code",
            "household_phone",
        ),
    ),
    (
        _l("是哪一类人"),
        (
            "registered_poor",
            "poverty_attribute",
            "lifted",
            "lifted_year",
            "monitored_type",
            "monitored_on",
            "risk_cleared",
            "risk_cleared_on",
            "relocated",
            "retired_fisher",
            "poverty_cause",
        ),
    ),
    (
        _l("能做什么"),
        (
            "education_text",
            "school_status",
            "labour_capacity",
            "mandarin",
            "skills",
            "certificates",
            "health_text",
            "experience",
        ),
    ),
    (
        _l("想做什么"),
        (
            "willing",
            "wishes",
            "wage_floor_yuan",
            "available_on",
            "night_shift",
            "standing_work",
            "dormitory_needed",
            "couple_room_needed",
            "companions",
            "care_duties",
            "cities",
        ),
    ),
    (_l("做过什么"), ("work_status", "months_away", "work_place", "work_employer", "note")),
)


def _label(name: str) -> Any:
    return _l(BY_NAME[name].label)


def _choice(name: str) -> Field:
    return choice(_label(name), [])


def _several(name: str) -> SelectMultipleField:
    words = [(word, _l(word)) for word in BY_NAME[name].choices]
    return _ticks(_label(name), words)


def _ticks(label: Any, words: Sequence[tuple[str, Any]] = ()) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=options(words), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


def _list(name: str, example: Any) -> ListField:
    return ListField(_label(name), validators=[Optional(), _few], description=example)


def _few(form: Form, field: Field) -> None:
    if len(field.data or []) > 20 or any(len(item) > 40 for item in field.data or []):
        raise ValidationError(_l("最多填 20 项，每项不超过 40 个字。"))


@in_manual(N_("登记一个人"), Permission.WORKER_WRITE)
class WorkerForm(EditForm):
    """One person. Of the numbers only the ends are shown; an empty box leaves what is kept."""

    name = text(_label("name"), must=True)
    id_number = StringField(_label("id_number"), filters=[tidy], validators=[required(), identity_number])
    phone = StringField(
        _label("phone"), filters=[tidy], validators=[Optional(), telephones], description=_l(PHONES)
    )
    remove_phone = BooleanField(_l("这些电话都不用了，删掉"))
    ethnicity = _choice("ethnicity")
    relation = _choice("relation")
    township = _choice("township")
    village = text(_label("village"), most=40)
    hamlet = text(_label("hamlet"), most=40)
    household_code = text(_label("household_code"), most=20)
    person_code = text(_label("person_code"), most=20)
    household_phone = StringField(
        _label("household_phone"), filters=[tidy], validators=[Optional(), telephones]
    )
    poverty_attribute = _choice("poverty_attribute")
    poverty_cause = _several("poverty_cause")
    lifted = _choice("lifted")
    registered_poor = TriStateField(_label("registered_poor"), _l("是"), _l("不是"))
    lifted_year = whole(_label("lifted_year"), low=2000, high=2100, description=_l("例如：2019"))
    monitored_type = _choice("monitored_type")
    monitored_on = past_day(_label("monitored_on"))
    risk_cleared = TriStateField(_label("risk_cleared"), _l("已消除"), _l("未消除"))
    risk_cleared_on = past_day(_label("risk_cleared_on"))
    relocated = TriStateField(_label("relocated"), _l("是"), _l("不是"))
    retired_fisher = TriStateField(_label("retired_fisher"), _l("是"), _l("不是"))
    education_text = _choice("education_text")
    school_status = _choice("school_status")
    labour_capacity = _choice("labour_capacity")
    mandarin = choice(
        _label("mandarin"), [(level.value, _l(word)) for level, word in MANDARIN_LABELS.items()]
    )
    health_text = _several("health_text")
    skills = _list("skills", _l("用顿号隔开，例如：缝纫、电焊"))
    certificates = _list("certificates", _l("例如：焊工证、叉车证"))
    experience = TextAreaField(_label("experience"), filters=[tidy], validators=[Length(max=400)])
    willing = TriStateField(_label("willing"), _l("愿意"), _l("不去"))
    wishes = _list("wishes", _l("用顿号隔开，例如：缝纫工、电子厂普工"))
    wage_floor_yuan = whole(
        _label("wage_floor_yuan"), low=LOWEST_WAGE, high=HIGHEST_WAGE, measure=WAGE, periods=("", "month")
    )
    available_on = day_field(_label("available_on"))
    cities = _ticks(_label("cities"))
    night_shift = TriStateField(_label("night_shift"), _l("可以"), _l("不行"))
    standing_work = TriStateField(_label("standing_work"), _l("可以"), _l("不行"))
    dormitory_needed = TriStateField(_label("dormitory_needed"), _l("要"), _l("不要"))
    couple_room_needed = TriStateField(_label("couple_room_needed"), _l("要"), _l("不要"))
    companions = text(_label("companions"), most=100, description=_l("和谁一起走，例如：妻子、同村的阿木"))
    care_duties = text(_label("care_duties"), most=100, description=_l("例如：两位老人"))
    work_status = _choice("work_status")
    months_away = whole(_label("months_away"), high=12, measure=DURATION)
    work_place = text(_label("work_place"), most=60)
    work_employer = text(_label("work_employer"), most=100)
    note = TextAreaField(_label("note"), filters=[tidy], validators=[Length(max=300)])

    def validate_school_status(self, field: Field) -> None:
        """文化程度 and 在校生状况 exclude each other (domain.md 2, 核查规则 04)."""
        if field.data not in NOT_AT_SCHOOL and self.education_text.data:
            raise ValidationError(_l("文化程度和在校情况只填一个：还在上学的，文化程度选“未知”。"))

    def validate_poverty_attribute(self, field: Field) -> None:
        """It is the household's: without a household there is nowhere to keep it."""
        if field.data and not self.household_code.data:
            raise ValidationError(
                _l("这是整户的情况，请先填户编号；没有户编号就填“是否建档立卡”和“脱贫年度”。")
            )

    validate_lifted = validate_poverty_attribute

    def validate_risk_cleared_on(self, field: Field) -> None:
        """No risk is cleared before it was seen."""
        since = self.monitored_on.data
        if field.data and since and field.data < since:
            raise ValidationError(_l("风险消除时间不能早于监测对象识别时间。"))

    def values(self) -> dict[str, Any]:
        """What was typed, in the words of app.workers.operations; an empty box of a number says nothing."""
        typed = {name: _value(self[name]) for _heading, names in SECTIONS for name in names if name in self}
        typed["mandarin"] = int(typed["mandarin"]) if typed["mandarin"] else None
        is_removed = typed.pop("remove_phone", False) and not typed["phone"]
        values = {name: value for name, value in typed.items() if value or name not in NUMBERS}
        return values | ({"phone": None} if is_removed else {})


class NewWorkerForm(WorkerForm):
    """Of somebody who is not in the register yet, no telephone is removed."""

    remove_phone = None


def _value(field: Field) -> Any:
    if isinstance(field, TriStateField):
        return field.value
    if field.short_name in SEVERAL:
        return ",".join(field.data or [])
    return field.data


def new_form(towns: Sequence[str], cities: Mapping[str, str], **given: Any) -> NewWorkerForm:
    """The form for a person who is not in the register yet; ``cities``: names by code."""
    form = NewWorkerForm(data=given)
    _offer(form, towns, cities)
    return form


def form_of(worker: Worker, towns: Sequence[str], cities: Mapping[str, str]) -> WorkerForm:
    """The form with what is known of ``worker``, without the numbers."""
    known = {name: value_of(worker, name) for name in _shown_names()}
    known |= {name: _words_in(known[name]) for name in SEVERAL}
    numbers = {name: value_of(worker, name) for name in NUMBERS}
    form = WorkerForm(data=known, unseen=numbers | {"remove_phone": numbers["phone"]})
    form.id_number.validators = [Optional(), identity_number]
    form.id_number.flags.required = False
    form.id_number.description = _keeping(worker.id_last4)
    if known_phones := value_of(worker, "phone"):
        form.phone.description = _keeping_phones(known_phones)
    else:
        del form.remove_phone
    if worker.household and worker.household.phone:
        form.household_phone.description = _keeping_phones(worker.household.phone)
    _offer(form, towns, cities)
    return form


def _words_in(text: str | None) -> list[str]:
    return [word for word in (text or "").split(",") if word]


def _keeping(tail: str) -> str:
    return _("现在的尾号是 %(tail)s，不改就留空", tail=tail)


def _keeping_phones(text: str) -> str:
    return _(
        "现在有：%(phones)s，不改就留空；要改就把每个号码都写上，别人的号码后面写是谁的",
        phones=masked(text),
    )


def _shown_names() -> list[str]:
    return [name for _heading, names in SECTIONS for name in names if name not in (*NUMBERS, "remove_phone")]


def _offer(form: WorkerForm, towns: Sequence[str], cities: Mapping[str, str]) -> None:
    """Fill the lists; what is on record beside them, the fields themselves keep."""
    for name in ONE_OF:
        words = towns if name == "township" else BY_NAME[name].choices
        unknown = [] if name == "township" and len(towns) == 1 else [("", _("未知"))]
        said = AreaName if name == "township" else _
        form[name].choices = options([*unknown, *((word, said(word)) for word in words)])
    form.cities.choices = options(cities.items())


class ReasonForm(Form):
    """Why."""

    reason = text(_l("理由"), most=200, must=True)
