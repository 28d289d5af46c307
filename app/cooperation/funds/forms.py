"""Input shapes of the cooperation's money."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kit.web.fields import Form, choice, coming_day, decimal, options, paragraph, past_day, text, whole
from models.cooperation.fund import FUND_ITEM_KIND_LABELS, FUND_PURPOSE_LABELS, FundItemKind, FundPurpose

MOST_YUAN = 100_000_000_000
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
