"""Input shapes of subsidies: a claim's account, what checker and payer write, what files are for."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from app.kit.web.fields import Form, choice, paragraph, past_day, text
from app.training.subsidies.operations.claims import Account
from app.training.subsidies.operations.payments import Payment

ACCOUNT = re.compile(r"\d{8,30}")
LEAST_DIGITS = 10
MOST_REASON, MOST_ANSWER, MOST_REPORT = 300, 300, 1000


class ClaimForm(Form):
    """Where the school wants the training fees."""

    account_name = text(_l("收款户名"), most=100, must=True, description=_l("要和学校名称一致"))
    account_number = text(_l("收款账号"), most=40, must=True, description=_l("对公账号，只有数字；加密保存"))
    bank_name = text(_l("开户银行"), most=100, must=True, description=_l("写到支行"))

    def validate_account_number(self, field: Any) -> None:
        """Digits only; spaces and dashes are forgiven."""
        field.data = re.sub(r"[\s\-]", "", field.data or "")
        if not ACCOUNT.fullmatch(field.data):
            raise ValidationError(_l("账号应是 8 到 30 位数字，请对照开户许可证再填一次。"))

    def account(self) -> Account:
        """What was typed, as the operation takes it."""
        return Account(
            self.account_name.data or "", self.account_number.data or "", self.bank_name.data or ""
        )


class ReasonForm(Form):
    """Why a line is taken out or a claim sent back."""

    reason = paragraph(_l("理由"), most=MOST_REASON, must=True)


class WarningForm(Form):
    """What was found out about one warning."""

    number = HiddenField()
    answer = paragraph(_l("核实到的情况"), most=MOST_ANSWER, must=True)


class PublishForm(Form):
    """The checker's words on passing a claim."""

    report = paragraph(_l("审核意见"), most=MOST_REPORT, must=True, description=_l("看了哪些材料，抽查了谁"))
    phone = text(_l("受理异议的电话"), most=40, must=True, description=_l("写在公示上，例如 0834-8321234"))

    def validate_phone(self, field: Any) -> None:
        """A number that can be dialled, with its area code."""
        if len(re.sub(r"\D", "", field.data or "")) < LEAST_DIGITS:
            raise ValidationError(_l("请写能打通的电话，座机带区号。"))


class ObjectionForm(Form):
    """What was said against a list."""

    said = paragraph(_l("异议的内容"), most=600, must=True)
    by_whom = text(_l("谁提的"), most=60, description=_l("不愿意留名就写“匿名”"))


class ObjectionAnswerForm(Form):
    """What the county found."""

    objection = HiddenField()
    upheld = choice(
        _l("异议"), [("1", _l("成立，撤下公示重新审核")), ("0", _l("不成立，继续公示"))], must=True
    )
    answer = paragraph(_l("答复"), most=600, must=True)


class PaymentForm(Form):
    """When the money left the account."""

    paid_on = past_day(_l("拨付日期"), must=True)
    voucher = text(_l("凭证号"), most=60, must=True, description=_l("财政支付凭证或银行回单的编号"))

    def payment(self) -> Payment:
        """What was typed, as the operation takes it."""
        assert self.paid_on.data is not None, "a checked form has its day"
        return Payment(self.paid_on.data, self.voucher.data or "")


def purpose_of(id: str) -> Any:
    """What a file with people's data is needed for; two such forms stand on one page, so each has its id."""
    return text(_l("下载做什么用"), most=100, must=True, description=_l("会记入审计记录"), id=id)


class PackageForm(Form):
    """What the package is needed for."""

    purpose = purpose_of("package-purpose")


class PaymentFileForm(Form):
    """What the payment file is needed for."""

    purpose = purpose_of("file-purpose")
