"""Input shapes of agreements."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from app.kit.web.fields import Form, required, text, whole
from app.training.agreements.operations import Deal
from app.training.orders.forms import paragraph


class DealForm(Form):
    """What is agreed when a school is chosen, besides order and bid."""

    with_city = BooleanField(_l("请帮扶市人社局作为第四方一起签"))
    follow_months = whole(_l("就业跟踪期（月）"), must=True, low=1, high=36)
    other = paragraph(_l("其他约定"), 1000, description=_l("写进协议，各方都看得到；签字以后不能改。"))

    def deal(self) -> Deal:
        """What was typed, as the operation takes it."""
        return Deal(bool(self.with_city.data), self.follow_months.data or 0, self.other.data or "")


class SignForm(Form):
    """A party's own signature."""

    name = text(
        _l("签字人姓名"), must=True, most=60, description=_l("签的人、账号和时间都会记下，不能替别的方签。")
    )


class ReasonForm(Form):
    """Why places are opened."""

    reason = text(_l("理由"), must=True, most=300)


class BreachForm(Form):
    """Who did not keep the promise, and why."""

    who = SelectField(_l("哪一方没有做到"), validators=[required()])
    reason = paragraph(_l("怎么回事"), 400, must=True, description=_l("只写事实和原因，不要写证件号和电话。"))


class AnswerForm(Form):
    """The other side's words to a breach."""

    answer = paragraph(_l("你这一方的说明"), 400, must=True)
