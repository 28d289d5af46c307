"""Forms of hukou cases."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from app.hukou.cases.operations.family import Relative
from app.hukou.cases.operations.papers import Proven
from app.hukou.rules.forms import FACT_CHOICES, expected, read_value
from app.kit.web.fields import (
    Form,
    InnerForm,
    RadioField,
    TriStateField,
    choice,
    day_field,
    identity_number,
    options,
    past_day,
    required,
    text,
    tidy,
)
from models.clock import today
from models.hukou import family
from models.hukou.catalogue import FACTS, FactType
from models.people.identity import IdNumber

JUDGEMENTS = [("yes", _l("认可")), ("no", _l("不认可"))]
VOUCHABLE = ("sb_months", "sb_months_cont", "sb_now", "stable_job", "stable_home", "work_months")
RELATIONS = [(word, _l(word)) for word in family.RELATIONS]


def _long_text(label: Any, most: int, must: bool = False) -> TextAreaField:
    return TextAreaField(
        label,
        validators=[required() if must else Optional(), Length(max=most)],
        filters=[tidy],
        render_kw={"rows": 3},
    )


class ProvenForm(InnerForm):
    """One fact a paper can prove; an empty value proves nothing."""

    name = text(_l("事实"))
    value = text(_l("写的是"), most=20)
    growing = BooleanField(_l("还在继续，每月加一"))

    def validate_value(self, field: Field) -> None:
        """What is typed must be a value of its fact."""
        if not (field.data or "").strip() or self.name.data not in FACTS:
            return
        try:
            read_value(self.name.data, field.data)
        except ValueError:
            raise ValidationError(expected(FACTS[self.name.data])) from None


class JudgeForm(Form):
    """Accept a paper with the facts it proves, or refuse it with a reason."""

    decision = RadioField(_l("认不认可"), choices=options(JUDGEMENTS), validators=[required()])
    reason = _long_text(_l("不认可的原因（对方会看到）"), 300)
    as_of = past_day(_l("材料上的日期"))
    valid_until = day_field(_l("有效到哪天"), after="as_of")
    facts = FieldList(FormField(ProvenForm))

    def proven(self) -> list[Proven]:
        """The facts that were filled in."""
        return [
            Proven(
                line.form.name.data,
                read_value(line.form.name.data, line.form.value.data),
                self.as_of.data or today(),
                line.form.growing.data,
                self.valid_until.data,
            )
            for line in self.facts.entries
            if line.form.name.data in FACTS and (line.form.value.data or "").strip()
        ]


def judge_form(kind: str) -> JudgeForm:
    """The form for a paper of ``kind``, with a line for each fact it can prove."""
    lines = [{"name": name} for name, fact in FACTS.items() if kind in fact.papers]
    return JudgeForm(data={"facts": lines, "as_of": today()})


class FactForm(Form):
    """A fact with the word of its source: the enterprise for its own people, the county for its own."""

    name = choice(_l("事实"), FACT_CHOICES, must=True)
    value = text(_l("数值"), most=20, must=True)
    as_of = past_day(_l("到哪天为止的情况"), must=True, default=today)
    growing = BooleanField(_l("还在继续，每月加一"))
    expires_on = day_field(_l("有效到哪天"), after="as_of")
    source = text(
        _l("凭什么说"), most=100, must=True, description=_l("例如：社保局系统、劳动合同、本人说的。")
    )

    def validate_value(self, field: Field) -> None:
        """What is typed must be a value of the fact."""
        try:
            read_value(self.name.data, field.data)
        except (ValueError, KeyError):
            kind = FACTS.get(self.name.data)
            raise ValidationError(expected(kind) if kind else _l("请先选事实。")) from None

    def validate_growing(self, field: Field) -> None:
        """Only counts of months go on by themselves."""
        kind = FACTS.get(self.name.data)
        if field.data and (kind is None or kind.type is not FactType.MONTHS):
            raise ValidationError(_l("只有月数才会每月加一。"))

    def proven(self) -> Proven:
        return Proven(
            self.name.data,
            read_value(self.name.data, self.value.data),
            self.as_of.data,
            self.growing.data,
            self.expires_on.data,
        )


class ProofForm(FactForm):
    """What an enterprise can know of its own people; it is its word, and shown as such."""

    name = choice(_l("证明什么"), [(name, _l(FACTS[name].label)) for name in VOUCHABLE], must=True)
    source = text(_l("凭什么说"), most=100, description=_l("例如：本厂社保缴费表、劳动合同第 3 页。"))


class FamilyForm(Form):
    """A person who moves along."""

    relation = choice(_l("关系"), RELATIONS, must=True)
    name = text(_l("姓名"), must=True)
    birth_date = past_day(_l("出生日期"), must=True)
    id_number = StringField(
        _l("身份证号码"),
        filters=[tidy],
        validators=[Optional(), identity_number],
        description=_l("有就填，用来防止登记两次。"),
    )
    needs_school = BooleanField(_l("要安排入学"))
    sure = BooleanField(_l("问过了，就是这样"))

    def relative(self) -> Relative:
        """The family member as typed."""
        number = self.id_number.data
        return Relative(
            self.relation.data,
            self.name.data,
            self.birth_date.data,
            self.needs_school.data,
            IdNumber.parse(number, today()).number if number else None,
        )


class RemovalForm(Form):
    """Why somebody does not move along after all."""

    reason = text(_l("为什么移出"), most=200, must=True)


class PermitForm(Form):
    """The number of the permit to move in."""

    number = text(_l("准迁证编号"), most=40, must=True)


class DecideForm(Form):
    """A decision with its reason."""

    reason = _long_text(_l("理由或人工核实的依据"), 600)


class AwardForm(Form):
    """Giving places along a list."""

    reason = _long_text(_l("理由或人工核实的依据"), 600)


class NoteForm(Form):
    """What came later, beside a list that stays as it was put up."""

    text = text(_l("注明"), most=300, must=True, description=_l("例如：有人提出异议，已核实，名次不变。"))


class PriorityForm(Form):
    """Why the case is served earlier."""

    basis = text(
        _l("优先的依据"), most=200, description=_l("例如：建档立卡户，在佛山连续上班 14 个月。留空就是取消。")
    )
    reason = text(_l("改动或取消已有标识的理由"), most=200)


class WithdrawForm(Form):
    """Why what was said is taken back."""

    reason = text(_l("为什么撤回"), most=200, must=True)


class FollowUpForm(Form):
    """The result of a visit after registration; nothing chosen is unknown."""

    still_there = TriStateField(_l("还在这个城市住吗"), _l("还在"), _l("回去了"))
    school_places = TriStateField(_l("孩子入学办好了吗"), _l("办好了，或不需要"), _l("还没有"))
    insurance_moved = TriStateField(_l("社保转过来了吗"))
    trouble = _long_text(_l("有什么困难"), 400)
    reason = text(_l("上次登记错了，为什么改"), most=200)
