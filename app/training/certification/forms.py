"""Input shapes of this room."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.kit.files.bulk_upload.web import SheetForm
from app.kit.web.fields import Form, choice, day_field, text, whole
from app.training.certification.rules import FULL_MARK
from models.training.agreement import Party

LEARNER = "learner"


class MarksForm(SheetForm):
    """A spreadsheet of marks, and the day of the examination."""

    held_on = day_field(_l("考核日期"), must=True)


class ExamForm(Form):
    """What is said once for all marks typed on the page."""

    held_on = day_field(_l("考核日期"), must=True)


class IssueForm(Form):
    """What is said once for all certificates typed on the page."""

    issued_on = day_field(_l("发证日期"), must=True)
    issuer = text(_l("发证机构"), most=100, must=True)


class RegradeForm(Form):
    """One learner's marks anew, and why; both marks empty for somebody who did not come."""

    held_on = day_field(_l("考核日期"), must=True)
    theory = whole(_l("理论成绩"), high=FULL_MARK, description=_l("没有参加考核，两项都不填"))
    practice = whole(_l("实操成绩"), high=FULL_MARK)
    reason = text(_l("为什么重录"), most=200, must=True)


class ReasonForm(Form):
    """Why a certificate is revoked."""

    reason = text(_l("为什么吊销"), most=300, must=True)


class BreachForm(Form):
    """Why a graduate is not in the promised job: his own reason, or the enterprise's."""

    party = choice(
        _l("是谁没有照协议做"),
        [(LEARNER, _l("学员没有去")), (Party.ENTERPRISE.value, _l("企业没有录用"))],
        must=True,
    )
    reason = text(_l("原因"), most=400, must=True)

    @property
    def who(self) -> Party | None:
        """The party that did not keep its word; None for the learner."""
        chosen: Any = self.party.data
        return None if chosen == LEARNER else Party(chosen)
