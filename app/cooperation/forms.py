"""The form of a register, made from its columns: for the page, and for each row of a sheet."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import NumberRange, Optional, ValidationError

from app.cooperation.operations.people import MOST_LINES
from app.cooperation.queries.entries import Choices
from app.cooperation.register import Column, Register
from app.cooperation.register import Form as Shape
from app.kit.files.cells.measures import WAGE
from app.kit.web.fields import (
    Form,
    YuanField,
    choice,
    day_field,
    paragraph,
    past_day,
    required,
    text,
    whole,
)
from app.kit.web.formatters import masked_tail
from app.kit.web.merging import EditForm
from models.cooperation.entry import Owes, RegisterEntry
from models.cooperation.entry_person import EntryPerson
from models.reference.organisation import Organisation

MOST_CHARACTERS = 40 * MOST_LINES
MOST_YUAN = 100_000_000_000  # the whole programme is 530 million a year


class EntryPaperForm(Form):
    """A photograph or document with a line."""

    name = text(_l("是什么"), must=True)
    file = FileField(
        _l("照片或 PDF"),
        validators=[FileRequired(_l("请选择照片或 PDF。"))],
        description=_l("手机拍照就行：JPG、PNG 或 PDF，不超过 10 MB。"),
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )


class PeopleForm(Form):
    """Who is of a line: a number a line, as pasted from a column of a spreadsheet."""

    numbers = paragraph(
        _l("身份证号码，一行一个"),
        most=MOST_CHARACTERS,
        must=True,
        rows=5,
        description=_l("从表格里整列粘贴就行，号码前面写了姓名也可以；只加台账里已经有的人。"),
    )


class LeaveForm(Form):
    """Who is no more of a line, and since when."""

    person: Any = choice(_l("谁"), [], must=True)
    left_on = past_day(_l("从哪天起离开"), must=True)

    def offer(self, people: Iterable[EntryPerson]) -> "LeaveForm":
        """Offer those who are still of it."""
        there = [
            (str(one.id), f"{one.worker.name} {masked_tail(one.worker.id_last4)}")
            for one in people
            if not one.left_on
        ]
        self.person.choices = [("", _l("请选择")), *there]
        return self


def entry_form(
    session: Session, register: Register, offered: Choices, entry: RegisterEntry | None = None
) -> Any:
    """The form of a line: blank, or over a stored one."""
    kind = _kind(session, register, offered, EditForm if entry is not None else Form)
    return kind(data=_stored(session, register, entry)) if entry is not None else kind()


def form_of_rows(
    session: Session, register: Register, offered: Choices
) -> Callable[[Mapping[str, list[str]]], Any]:
    """What makes the form over a row of a sheet; made once for all its rows."""
    kind = _kind(session, register, offered, Form)
    return lambda raw: kind(formdata=_given(raw), meta={"csrf": False})


def _kind(session: Session, register: Register, offered: Choices, base: type) -> Any:
    return type("EntryForm", (base,), {one.name: _field(session, one, offered) for one in register.columns})


def _field(session: Session, column: Column, offered: Choices) -> Any:
    word, must = _l(column.word), column.must
    described: dict[str, Any] = {"description": _l(column.hint)} if column.hint else {}
    match column.form:
        case Shape.PARAGRAPH:
            return paragraph(word, most=column.most, must=must, **described)
        case Shape.DAY:
            return day_field(word, must=must, after=column.after, **described)
        case Shape.PAST:
            return past_day(word, must=must, **described)
        case Shape.COUNT:
            return whole(word, high=100_000_000, must=must, **described)
        case Shape.YUAN:
            return _yuan(word, must, described)
        case Shape.CHOICE:
            return choice(word, [(value, _l(said)) for value, said in column.choices], must=must, **described)
        case Shape.PLACE | Shape.CITY | Shape.PARENT:
            return choice(word, offered.of(column), must=must, **described)
        case Shape.ORGANISATION:
            described.setdefault("description", _l("单位全称或统一社会信用代码，先登记过的单位才能选。"))
            field = text(word, most=100, must=must, **described)
            field.kwargs["validators"] = [*field.kwargs["validators"], _known_organisation(session)]
            return field
        case _:
            return text(word, most=column.most, must=must, **described)


def _yuan(word: Any, must: bool, described: dict[str, Any]) -> YuanField:
    bounds = NumberRange(0, MOST_YUAN * 100, message=_l("金额不对，请填多少元。"))
    checks = [required() if must else Optional(), bounds]
    return YuanField(word, validators=checks, measure=WAGE, periods=("",), **described)


def organisation_number(session: Session, typed: str) -> int | None:
    """The one organisation of that name or number; None for none, or for several."""
    known = select(Organisation.id).where(
        Organisation.merged_into_id.is_(None),
        (Organisation.name == typed) | (Organisation.credit_code == typed.upper()),
    )
    numbers = session.scalars(known.limit(2)).all()
    return numbers[0] if len(numbers) == 1 else None


def _known_organisation(session: Session) -> Any:
    def check(form: Any, field: Field) -> None:
        if field.data and organisation_number(session, field.data) is None:
            raise ValidationError(
                _l("没有找到这家单位（或同名的不止一家），请填统一社会信用代码，或先登记单位。")
            )

    return check


def _stored(session: Session, register: Register, entry: RegisterEntry) -> dict[str, Any]:
    told = {}
    for column in register.columns:
        value = getattr(entry, column.name)
        if column.form is Shape.PARENT:
            value = str(value or "")
        elif column.form is Shape.ORGANISATION:
            value = entry.organisation.name if entry.organisation else ""
        told[column.name] = value
    return told


def values(session: Session, register: Register, form: Any) -> dict[str, Any]:
    """What a valid form says, as the table holds it."""
    return {column.name: _value(session, column, form[column.name].data) for column in register.columns}


def _value(session: Session, column: Column, data: Any) -> Any:
    if column.name == "owed_by":
        return Owes(data) if data else None
    match column.form:
        case Shape.PARENT:
            return int(data) if data else None
        case Shape.ORGANISATION:
            return organisation_number(session, data) if data else None
        case Shape.DAY | Shape.PAST | Shape.COUNT | Shape.YUAN:
            return data
        case _:
            return data or ""


def _given(raw: Mapping[str, list[str]]) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in raw.items() for value in values])
