"""Forms of problems, resident contacts and calls."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional

from app.kit.web.fields import (
    Form,
    RadioField,
    choice,
    coming_day,
    day_field,
    office_number,
    options,
    paragraph,
    past_day,
    required,
    text,
    tidy,
)
from app.kit.web.manual import in_manual
from models.access import Permission
from models.i18n import N_
from models.placement.leaving import CHANNEL_LABELS, Channel
from models.problems.first_call import FIRST_CALL_RESULT_LABELS
from models.problems.kind import PROBLEM_KIND_LABELS, ProblemKind
from models.problems.problem import LONGEST_WORDS
from models.user import User

HEARD = [
    (channel.value, _l(word)) for channel, word in CHANNEL_LABELS.items() if channel is not Channel.PORTAL
]
KINDS = [(kind.value, _l(word)) for kind, word in PROBLEM_KIND_LABELS.items()]
# What stands first is registered by mistake, and unpaid wages go to the city at once.
UNCHOSEN = ("", _l("请选择"))
ENDS = [("solve", _l("本人说解决了")), ("withdraw", _l("本人说不用办了"))]


@in_manual(N_("登记反映的问题"), Permission.PROBLEM_HANDLE)
class ProblemForm(Form):
    """What somebody says is wrong, written down by the one who heard it."""

    kind = choice(_l("什么事"), [UNCHOSEN, *KINDS], must=True)
    words = paragraph(_l("本人怎么说的"), most=LONGEST_WORDS, description=_l("写本人的原话。不要写证件号。"))
    channel = choice(_l("怎么知道的"), [UNCHOSEN, *HEARD], must=True)
    agrees = BooleanField(_l("本人同意让企业知道是他反映的"))

    @property
    def problem_kind(self) -> ProblemKind:
        """The kind chosen."""
        return ProblemKind(self.kind.data)


class CloseForm(Form):
    """The end of a case: the worker's own words."""

    event = RadioField(_l("本人的意思"), choices=options(ENDS), validators=[required()])
    words = paragraph(_l("本人是怎么说的"), most=LONGEST_WORDS, must=True)
    channel = choice(_l("怎么听到的"), HEARD, must=True)


class NoteForm(Form):
    """A line of what was done."""

    words = paragraph(_l("办了什么"), most=LONGEST_WORDS, must=True)


class ReplyForm(Form):
    """What an enterprise says to a problem it was told of."""

    words = paragraph(_l("企业怎么处理的"), most=LONGEST_WORDS, must=True)


class TryForm(Form):
    """Nobody answered."""

    channel = choice(_l("怎么联系的"), HEARD, must=True)
    words = text(_l("补充说明"), most=300)


class WhyForm(Form):
    """A reason, for what is told to the office above."""

    reason = paragraph(_l("为什么上报"), most=300, must=True)


class InspectionForm(Form):
    """Who took the case over."""

    office = text(_l("哪个劳动监察机构"), most=100, must=True)
    number = text(_l("受理编号"), most=60)


class RemindForm(Form):
    """When to be reminded; empty takes the reminder away."""

    on = coming_day(_l("提醒我的日子"))


class ReassignForm(Form):
    """Which colleague goes on with it."""

    owner = choice(_l("交给谁"), [], must=True)
    reason = text(_l("为什么"), most=300)

    def offer(self, colleagues: Iterable[User]) -> "ReassignForm":
        """The colleagues to choose from."""
        self.owner.choices = options([("", _l("请选择")), *((str(one.id), one.name) for one in colleagues)])
        return self


class ContactForm(Form):
    """Who looks after the people of a factory, from when to when."""

    enterprise = choice(_l("哪家企业"), [], must=True)
    user = choice(_l("谁去驻厂"), [], must=True)
    phone = StringField(
        _l("值班电话"),
        filters=[tidy],
        validators=[Optional(), Length(max=20), office_number],
        description=_l("会告诉务工者，用工作电话。"),
    )
    valid_from = day_field(_l("从哪天起"), must=True)
    valid_to = day_field(_l("到哪天止"), after="valid_from", description=_l("还不知道就不填。"))
    note = text(_l("备注"), most=200)

    def offer(self, enterprises: Iterable[tuple[int, str]], people: Iterable[User]) -> "ContactForm":
        """Whom and where one can choose."""
        first = ("", _l("请选择"))
        self.enterprise.choices = options([first, *((str(number), name) for number, name in enterprises)])
        self.user.choices = options([first, *((str(one.id), one.name) for one in people)])
        return self


class EndContactForm(Form):
    """The last day of an assignment."""

    valid_to = day_field(_l("最后一天"), must=True)


class VisitForm(Form):
    """A day at the factory."""

    visited_on = past_day(_l("走访日期"), must=True)
    met = text(_l("见了谁"), most=200, must=True)
    note = paragraph(_l("看到、听到什么"), most=600, must=True)


class CallForm(Form):
    """What a call brought: all well, or a problem, which opens a case."""

    result = RadioField(
        _l("情况"),
        choices=options([(one.value, _l(word)) for one, word in FIRST_CALL_RESULT_LABELS.items()]),
        validators=[required()],
    )
    kind = choice(_l("什么事"), KINDS)
    words = paragraph(_l("本人怎么说的"), most=300)
    agrees = BooleanField(_l("本人同意让企业知道是他反映的"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A problem has a kind."""
        is_valid: bool = super().validate(extra_validators)
        if self.result.data == "problem" and not self.kind.data:
            self.kind.errors = [_l("有事就选是什么事，才能登记下来去办。")]
            return False
        return is_valid
