"""Forms of a worker's own pages."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.kit.web.days import coming_day
from app.kit.web.fields import Form, ListField, TriStateField, choice, text, whole
from models.people.own_word import OWN_FIELDS
from models.placement.leaving import DECLINE_REASON_LABELS, DeclineReason


class DeclineForm(Form):
    """The person's own no."""

    reason = choice(
        _l("为什么不去"),
        [(reason.value, _l(label)) for reason, label in DECLINE_REASON_LABELS.items()],
        must=True,
    )

    @property
    def value(self) -> DeclineReason:
        """The reason chosen."""
        return DeclineReason(self.reason.data)


class WishForm(Form):
    """What the person alone can say of himself; empty is unknown."""

    willing = TriStateField(_l("想不想外出干活"), yes=_l("想"), no=_l("不想"))
    wishes = ListField(_l("想干什么活，用顿号隔开"))
    wage_floor_yuan = whole(_l("一个月最少要多少元"), low=500, high=50_000)
    night_shift = TriStateField(_l("能不能上夜班"), yes=_l("能"), no=_l("不能"))
    standing_work = TriStateField(_l("能不能站着干活"), yes=_l("能"), no=_l("不能"))
    dormitory_needed = TriStateField(_l("要不要住厂里"), yes=_l("要"), no=_l("不要"))
    couple_room_needed = TriStateField(_l("要不要夫妻房"), yes=_l("要"), no=_l("不要"))
    available_on = coming_day(_l("哪天能走"))
    companions = text(_l("和谁一起去"), most=100)
    care_duties = text(_l("家里要照料谁"), most=100)

    @property
    def said(self) -> dict[str, Any]:
        """The answers by field; None, "" or [] for what is left open."""
        return {
            name: field.value if isinstance(field, TriStateField) else field.data
            for name, field in self._fields.items()
            if name in OWN_FIELDS
        }
