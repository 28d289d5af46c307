"""Input shapes of the cooperation's money."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kit.web.fields import (
    Form,
    choice,
    coming_day,
    day_field,
    decimal,
    options,
    paragraph,
    past_day,
    text,
    whole,
)
from models.cooperation.fund import FUND_ITEM_KIND_LABELS, FUND_PURPOSE_LABELS, FundItemKind, FundPurpose
from models.cooperation.subsidy_recovery import SUBSIDY_RECOVERY_GROUND_LABELS, SubsidyRecoveryGround
from models.cooperation.work_subsidy import KINDS
from models.placement.placement import EVIDENCE_LABELS

MOST_YUAN = 100_000_000_000
MOST_OF_ONE = 100_000  # yuan a person and year: what is more is fen typed as yuan
FIRST_YEAR, LAST_YEAR = 2016, 2035


def yuan_field(label: Any, *, must: bool = False, **kwargs: Any) -> Any:
    """A sum in yuan with fen behind the point."""
    return decimal(label, high=MOST_YUAN, places=2, must=must, **kwargs)


def fen(typed: Decimal | None) -> int | None:
    """What was typed in yuan, in fen; exact, for the field takes two places."""
    return None if typed is None else int(typed * 100)


class AppropriationForm(Form):
    """Money for a county as the paper says it: the whole, and what of it is the province's and the city's."""

    county = choice(_l("拨给哪个县"), [], must=True)
    year = whole(_l("哪一年的资金"), low=FIRST_YEAR, high=LAST_YEAR, must=True)
    total = yuan_field(_l("一共多少元"), must=True)
    province = yuan_field(_l("其中省级（元）"), must=True)
    city = yuan_field(_l("其中帮扶市（元）"), must=True)
    posted_on = past_day(_l("拨款日期"), must=True)
    document = text(_l("文号"), must=True)

    def offer(self, counties: list[tuple[str, str]]) -> None:
        """Let one of ``counties`` be chosen."""
        self.county.choices = options(counties)


class ItemForm(Form):
    """A project, or a subsidy that the county pays out of this money."""

    year = whole(_l("哪一年的资金"), low=FIRST_YEAR, high=LAST_YEAR, must=True)
    kind = choice(_l("项目还是补贴"), [(k.value, _l(w)) for k, w in FUND_ITEM_KIND_LABELS.items()], must=True)
    purpose = choice(_l("用途"), [(k.value, _l(w)) for k, w in FUND_PURPOSE_LABELS.items()], must=True)
    name = text(_l("名称"), most=100, must=True)
    households = whole(_l("受益贫困户（户）"), description=_l("不知道就空着。"))

    def values(self) -> dict[str, Any]:
        """The columns of an item."""
        return {
            "year": self.year.data,
            "kind": FundItemKind(self.kind.data),
            "purpose": FundPurpose(self.purpose.data),
            "name": self.name.data,
            "households": self.households.data,
        }


class AllocationForm(Form):
    """Money to an item, or back from it."""

    amount = yuan_field(_l("金额（元）"), must=True)
    posted_on = past_day(_l("日期"), must=True)
    document = text(_l("文号"))


class ProposalForm(Form):
    """A payment that somebody else shall make."""

    amount = yuan_field(_l("金额（元）"), must=True)
    payee = text(_l("收款单位"), most=100, must=True, description=_l("发给个人的是补贴，在补贴那里办。"))
    what_for = text(_l("付什么钱"), most=200, must=True)


class PaidForm(Form):
    """When the money left, by which voucher."""

    paid_on = past_day(_l("支付日期"), must=True)
    voucher = text(_l("凭证号"), must=True)


class SubsidyRuleForm(Form):
    """What the county's paper says of a travel or retention subsidy."""

    kind = choice(_l("哪种补贴"), [(k.value, _l(FUND_ITEM_KIND_LABELS[k])) for k in KINDS], must=True)
    amount = decimal(_l("一个人多少元（一年一次）"), low=1, high=MOST_OF_ONE, places=2, must=True)
    months = choice(
        _l("满几个月才有"),
        [("0", _l("出发就有")), ("3", _l("满三个月")), ("6", _l("满六个月"))],
        must=True,
    )
    least_evidence = choice(
        _l("凭据至少是"), [(str(int(one)), _l(word)) for one, word in EVIDENCE_LABELS.items()], must=True
    )
    valid_from = day_field(_l("从哪天起"), must=True)
    valid_to = day_field(_l("到哪天"), after="valid_from")
    source = text(_l("依据的文件"), most=200, must=True)

    def values(self) -> dict[str, Any]:
        """The columns of a rule."""
        return {
            "kind": FundItemKind(self.kind.data),
            "amount_fen": fen(self.amount.data) or 0,
            "months": int(self.months.data),
            "least_evidence": int(self.least_evidence.data),
            "valid_from": self.valid_from.data,
            "valid_to": self.valid_to.data,
            "source": self.source.data,
        }


# That two records are one person is noticed where they become one, and asked back there.
GROUNDS = [
    (ground.value, _l(word))
    for ground, word in SUBSIDY_RECOVERY_GROUND_LABELS.items()
    if ground is not SubsidyRecoveryGround.SAME_PERSON
]


class DemandForm(Form):
    """Why a person's subsidy is to come back."""

    ground = choice(_l("为什么追回"), GROUNDS, must=True)
    reason = text(_l("具体情况"), most=300, must=True)


class FindingForm(Form):
    """What an audit found."""

    county = choice(_l("哪个县"), [], must=True)
    found_on = past_day(_l("发现日期"), must=True)
    said = paragraph(_l("发现了什么"), most=500, must=True)
    amount = yuan_field(_l("涉及金额（元）"), description=_l("不知道就空着。"))
    due_on = coming_day(_l("整改期限"), must=True)

    def offer(self, counties: list[tuple[str, str]]) -> None:
        """Let one of ``counties`` be chosen."""
        self.county.choices = options(counties)
