"""The form of a call: one group of buttons a question, made of what is open of one person."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import Optional, ValidationError

from app.kit.files.cells.measures import WAGE
from app.kit.files.cells.wages import HIGHEST_WAGE, LOWEST_WAGE
from app.kit.web.fields import Form, ListField, RadioField, day_field, options, telephones, text, tidy, whole
from app.kit.web.purposes import PurposeForm, purpose_field
from app.workers.asking.questions import Kind, Question
from models.clock import today
from models.people.purpose import Purpose, stated

NOTHING, UNASKED = "nothing", ""


class RoundForm(PurposeForm):
    """What the calls of a round are for."""

    purpose = purpose_field(_l("打电话做什么"))


def round_form(place: str = "") -> RoundForm:
    """The question as a round begins with it, its purpose filled in."""
    usual = stated(Purpose.CONTACT, _("问外出务工的意愿和要求"))
    return RoundForm(place, formdata=None, data={"purpose": usual})


class AskForm(Form):
    """The answers; :func:`ask_form` adds the fields of the questions."""

    questions: Sequence[Question] = ()

    def rows(self) -> list[tuple[Question, Field, Field | None]]:
        """Each question with its buttons and, where one can write, its box."""
        return [(one, self[one.name], self._box_of(one)) for one in self.questions]

    def said(self) -> dict[str, Any]:
        """What was answered, in the words of app.workers.operations."""
        values = {one.name: self._value(one) for one in self.questions}
        return {name: value for name, value in values.items() if value not in (None, "", [])}

    def nothing(self) -> list[str]:
        """The questions answered with "there is none"."""
        said = self.said()
        return [one.name for one in self.questions if self[one.name].data == NOTHING and one.name not in said]

    def _box_of(self, question: Question) -> Field | None:
        return self[f"{question.name}_own"] if _box(question) else None

    def _value(self, question: Question) -> Any:
        pressed = self[question.name].data or UNASKED
        written = self[f"{question.name}_own"].data if _box(question) else None
        if written not in (None, "", []):
            return written
        if pressed in (UNASKED, NOTHING):
            return None
        if question.kind is Kind.YES_NO:
            return pressed == "1"
        return today() if question.kind is Kind.DAY else int(pressed)


def _box(question: Question) -> Any:
    boxes: dict[Kind, Any] = {
        Kind.AMOUNT: lambda: whole(
            _l("别的数，每月多少元"), low=LOWEST_WAGE, high=HIGHEST_WAGE, measure=WAGE, periods=("", "month")
        ),
        Kind.LIST: lambda: ListField(_l("写在这里，几样用顿号隔开"), validators=[Optional(), _few]),
        Kind.TEXT: lambda: text(_l("写在这里"), most=100),
        Kind.DAY: lambda: day_field(_l("或者哪一天")),
        Kind.PHONE: lambda: StringField(_l("号码"), filters=[tidy], validators=[Optional(), telephones]),
    }
    return boxes.get(question.kind)


def _few(form: Any, field: Field) -> None:
    if len(field.data or []) > 20 or any(len(item) > 40 for item in field.data or []):
        raise ValidationError(_l("最多填 20 项，每项不超过 40 个字。"))


def ask_form(questions: Sequence[Question]) -> AskForm:
    """The form for these questions; a question without an answer stays open."""
    fields: dict[str, Any] = {"questions": tuple(questions)}
    for question in questions:
        words = [(value, _(word, n=value)) for value, word in question.words]
        words += [(NOTHING, _(question.nothing))] if question.nothing else []
        fields[question.name] = RadioField(
            _(question.text), choices=options([*words, (UNASKED, _("没问到"))]), default=UNASKED
        )
        if box := _box(question):
            fields[f"{question.name}_own"] = box()
    made: type[AskForm] = type("AskForm", (AskForm,), fields)
    return made()
