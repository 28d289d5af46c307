"""Forms of a worker's own pages."""

from flask_babel import lazy_gettext as _l

from app.kit.web.fields import Form, choice
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
