"""Shared form pieces: the base form with its key, and fields for numbers, money, areas and phones."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

import wtforms
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError
from wtforms import (
    DecimalField,
    Field,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from app.kit.files.cells.amounts import Measure, Misread, exact_number
from app.kit.files.cells.cell import tidy as tidy_text
from app.kit.files.cells.measures import COUNT, WAGE
from app.kit.files.cells.people import parse_id, parse_phone
from app.kit.web.days import DayField as DayField
from app.kit.web.days import coming_day as coming_day
from app.kit.web.days import day_field as day_field
from app.kit.web.days import past_day as past_day
from app.kit.web.form_tokens import MaskedFormCSRF
from app.kit.web.formatters import say
from models.clock import today
from models.people.phone import read_phones

MOBILE = re.compile(r"1[3-9]\d{9}")


def new_key() -> str:
    """A fresh key for a form (see app.kit.web.idempotency)."""
    return uuid4().hex


class Form(FlaskForm):
    """The base of every form: CSRF token and a key, so that sending it twice does its work once."""

    once = HiddenField(default=new_key)

    class Meta:
        """Switches of wtforms."""

        csrf_class = MaskedFormCSRF


class InnerForm(FlaskForm):
    """A form within a form; the outer one carries the token and the key."""

    class Meta:
        """Switches of wtforms."""

        csrf = False


def tidy(value: Any) -> Any:
    """Strip text, drop invisible characters, and turn full-width digits into plain ones.

    A browser ends lines with two characters; kept is one, so that a text that nobody touched stays the same.
    """
    return tidy_text(value.replace("\r\n", "\n")) if isinstance(value, str) else value


class Required(InputRequired):
    """The field must be filled with something that says something: 待定 or an invisible mark is no day."""

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if field.data in (None, "") and not field.process_errors:
            raise StopValidation(str(self.message))


def required(message: Any = None) -> Required:
    """The field must be filled."""
    return Required(message or _l("请填写这一项。"))


def text(label: Any, *, most: int = 60, must: bool = False, **kwargs: Any) -> StringField:
    """A line of text of at most ``most`` characters."""
    given = DataRequired(_l("请填写这一项。"))  # blanks alone are nothing
    checks = [given if must else Optional(), Length(max=most, message=_l("最多 %(max)d 个字。"))]
    return StringField(label, validators=checks, filters=[tidy], **kwargs)


def paragraph(label: Any, *, most: int, must: bool = False, rows: int = 3, **kwargs: Any) -> TextAreaField:
    """Several lines of text of at most ``most`` characters."""
    given = DataRequired(_l("请填写这一项。")) if must else Optional()
    checks = [given, Length(max=most, message=_l("最多 %(max)d 个字。"))]
    return TextAreaField(label, validators=checks, filters=[tidy], render_kw={"rows": rows}, **kwargs)


class WholeNumber(IntegerField):
    """An integer; says in plain words when it is not one, and keeps what was typed.

    ``measure`` are the units that may stand behind it; ``periods`` what it may be counted by.
    """

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        measure: Measure = COUNT,
        periods: tuple[str, ...] = ("",),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.measure, self.periods = measure, periods

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        number = typed_number(valuelist[0], self.measure, self.periods)
        if number % 1:
            raise ValueError(_l("请填整数，例如 12。"))
        self.data = int(number)


def typed_number(typed: str, measure: Measure, periods: tuple[str, ...] = ("",)) -> Decimal:
    """One figure as it was typed into a form. Raises ValueError with the sentence."""
    text = tidy(typed)
    try:
        number = exact_number(text.removeprefix("-"), measure, periods)
    except Misread as problem:
        raise ValueError(say(problem.sentence)) from problem
    if number is None:
        raise ValueError(_l("请填数字，例如 12；不知道就空着。"))
    return -number if text.startswith("-") else number


def whole(
    label: Any, *, low: int = 0, high: int = 1_000_000, must: bool = False, **kwargs: Any
) -> WholeNumber:
    """A whole number between ``low`` and ``high``; its ``measure`` says which unit may stand behind it."""
    bounds = NumberRange(low, high, message=_l("请填 %(min)s 到 %(max)s 之间的数。"))
    return WholeNumber(label, validators=[required() if must else Optional(), bounds], **kwargs)


class ClockField(TimeField):
    """A time of day; says in plain words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 08:30; raises ValueError with the sentence."""
        try:
            super().process_formdata([tidy(value) for value in valuelist])
        except ValueError as problem:
            self.data = None
            raise ValueError(_l("请填时间，例如 08:30。")) from problem


class YuanField(WholeNumber):
    """Money typed in whole yuan, held in fen."""

    def process_data(self, value: int | None) -> None:
        self.data = value

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data *= 100

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:.10g}"


def money(label: Any, *, must: bool = False, most_yuan: int = 100_000, **kwargs: Any) -> YuanField:
    """A sum in yuan (held in fen)."""
    bounds = NumberRange(0, most_yuan * 100, message=_l("金额不对，请填每月多少元。"))
    checks = [required() if must else Optional(), bounds]
    return YuanField(label, validators=checks, measure=WAGE, periods=("", "month"), **kwargs)


class DecimalNumber(DecimalField):
    """A number with decimals; says in plain words when it is not one."""

    data: Decimal | None

    def __init__(
        self, label: Any = None, validators: Any = None, measure: Measure = COUNT, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.measure = measure

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = typed_number(valuelist[0], self.measure)


def decimal(
    label: Any, *, low: float = 0, high: float, places: int | None = None, must: bool = False, **kwargs: Any
) -> DecimalNumber:
    """A number between ``low`` and ``high``, shown with ``places`` decimals (None: as it is)."""
    bounds = NumberRange(
        Decimal(str(low)), Decimal(str(high)), message=_l("请填 %(min)s 到 %(max)s 之间的数。")
    )
    checks = [required() if must else Optional(), bounds]
    return DecimalNumber(label, places=places, validators=checks, **kwargs)


class _KeepsStored:
    """A menu that offers what is stored beside its list: saving another field must not take it away.

    Stored is what the form was given as data. What its list has no more is marked, in the words of ``called``
    where it is a code.
    """

    called: Mapping[Any, str] = {}
    coerce: Any
    object_data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("invalid_choice_message", _l("请从列表里选一个。"))
        super().__init__(*args, **kwargs)

    @property
    def choices(self) -> list[SelectChoice] | None:
        """Those of the list, then what is stored beside it."""
        given = super().choices  # type: ignore[misc]
        listed: list[SelectChoice] | None = self._choices_from_input(given)  # type: ignore[attr-defined]
        return None if listed is None else [*listed, *self._unlisted(listed)]

    @choices.setter
    def choices(self, value: Any) -> None:
        is_list = value is not None and not callable(value)
        wtforms.SelectField.choices.fset(self, options(value) if is_list else value)

    def _unlisted(self, listed: list[SelectChoice]) -> list[SelectChoice]:
        stored = getattr(self, "object_data", None)
        each = stored if isinstance(stored, list | tuple) else [stored]
        known = {self.coerce(choice.value) for choice in listed}
        return [
            SelectChoice(one, _l("原值：%(value)s（不在列表）", value=self.called.get(one, one)))
            for one in each
            if one not in (None, "") and self._coerced(one) not in {None, *known}
        ]

    def _coerced(self, value: Any) -> Any:
        try:
            return self.coerce(value)
        except (ValueError, TypeError):
            return None


class SelectField(_KeepsStored, wtforms.SelectField):
    """One of a list, or what is stored already."""


class SelectMultipleField(_KeepsStored, wtforms.SelectMultipleField):
    """Several of a list, and those that are stored already, which stay in the order they are stored in."""

    data: list[Any]

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        stored = [one for one in self.object_data or () if one in self.data]
        self.data = [*stored, *(one for one in self.data if one not in stored)]


class RadioField(_KeepsStored, wtforms.RadioField):
    """One of a few that are all shown, or what is stored already."""


def options(pairs: Iterable[tuple[Any, Any] | SelectChoice]) -> list[SelectChoice]:
    """(value, word) pairs as what a select field takes."""
    return [one if isinstance(one, SelectChoice) else SelectChoice(*one) for one in pairs]


def _stripped(value: Any) -> str:
    return str(value).strip()


def choice(label: Any, pairs: Iterable[tuple[Any, Any]], *, must: bool = False, **kwargs: Any) -> SelectField:
    """One of ``pairs`` (value, word); the empty choice is 未知."""
    kwargs.setdefault("coerce", _stripped)  # Optional() lets blanks pass unread
    words = options(pairs if must else [("", _l("未知")), *pairs])
    return SelectField(label, choices=words, validators=[required()] if must else [Optional()], **kwargs)


class TriStateField(wtforms.SelectField):
    """Yes, no or unknown."""

    def __init__(self, label: Any, yes: Any = None, no: Any = None, **kwargs: Any) -> None:
        words = [("", _l("未知")), ("1", yes or _l("是")), ("0", no or _l("否"))]
        super().__init__(label, choices=options(words), validate_choice=False, **kwargs)

    def process_data(self, value: bool | None) -> None:
        self.data = "" if value is None else str(int(value))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""

    @property
    def value(self) -> bool | None:
        """The answer as True, False or None."""
        return {"1": True, "0": False}.get(self.data)


class ListField(StringField):
    """Several short texts, separated by commas or 、; held as a list."""

    def _value(self) -> str:
        return "、".join(self.data or []) if isinstance(self.data, list) else (self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = re.split(r"[、,，;；\n|]+", tidy(valuelist[0]) if valuelist else "")
        self.data = list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def identity_number(form: Any, field: Field) -> None:
    """Validator: an ID number that stands the check of GB 11643, in the words of the sheets' reader."""
    parsed = parse_id(field.data or "", today())
    if parsed.error:
        raise ValidationError(say(parsed.error))


def phone_number(form: Any, field: Field) -> None:
    """Validator: one mobile number of 11 digits, however it is typed."""
    if field.data:
        phones, _remarks, unread = read_phones(field.data)
        if len(phones) != 1 or unread or phones[0].owner or not MOBILE.fullmatch(phones[0].number):
            raise ValidationError(_l("手机号应是 11 位数字，以 1 开头。"))
        field.data = phones[0].number


def office_number(form: Any, field: Field) -> None:
    """Validator: one mobile number or one landline."""
    if field.data:
        phones, _remarks, unread = read_phones(field.data)
        if len(phones) != 1 or unread or phones[0].owner:
            raise ValidationError(_l("电话不对：请填 11 位手机号，或带区号的座机，例如 0757-22334455。"))
        field.data = phones[0].number


def telephones(form: Any, field: Field) -> None:
    """Validator: numbers with whose they are, as a roster's cell has them."""
    parsed = parse_phone(field.data or "")
    if parsed.warning:
        raise ValidationError(say(parsed.warning))
    field.data = parsed.value or ""


def credit_code(form: Any, field: Field) -> None:
    """Validator: 统一社会信用代码, 18 characters with a check character (GB 32100-2015)."""
    try:
        field.data = uscc.validate(tidy(field.data or "").upper())
    except NumberError as problem:
        raise StopValidation(_l("统一社会信用代码不对：应是 18 位，请对照营业执照再填一次。")) from problem
