"""Fields for a day, by the side of today on which it may lie; app.kit.web.fields offers them too."""

import enum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field
from wtforms.validators import DataRequired, Optional, ValidationError

from app.kit.files.cells.cell import BadCell
from app.kit.files.cells.dates import parse_day
from app.kit.web.formatters import say
from models.clock import today


class Reach(enum.Enum):
    """On which side of today a day may lie: what has happened lies behind, a plan ahead."""

    PAST = "past"
    AHEAD = "ahead"
    ANY = "any"


def has_come(form: Any, field: Field) -> None:
    """Validator: a day on which something happened is today or earlier."""
    if field.data and field.data > today():
        raise ValidationError(_l("日期不能晚于今天。"))


def is_to_come(form: Any, field: Field) -> None:
    """Validator: a day for which something is planned is today or later."""
    if field.data and field.data < today():
        raise ValidationError(_l("日期不能早于今天。"))


class DayField(DateField):
    """A date, read as in a sheet where no browser gave it its form."""

    data: Any
    reach: Reach = Reach.ANY

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 2017-05-03 or 2017年5月3日; raises ValueError with the sentence."""
        self.data = None
        try:
            self.data = parse_day(" ".join(valuelist)).read()
        except BadCell as problem:
            raise ValueError(say(problem.sentence)) from problem


class PastDayField(DayField):
    """A day on which something happened."""

    reach = Reach.PAST

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**{"max": today().isoformat(), **kwargs})


class ComingDayField(DayField):
    """A day for which something is planned."""

    reach = Reach.AHEAD


class NotBefore:
    """Validator: the day does not lie before the one in another field of the form."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, form: Any, field: Field) -> None:
        earlier = form[self.name].data
        if field.data and earlier and field.data < earlier:
            raise ValidationError(_("不能早于“%(what)s”。", what=form[self.name].label.text))


def day_field(label: Any, *, must: bool = False, after: str = "", **kwargs: Any) -> DayField:
    """A day on either side of today; :func:`past_day` and :func:`coming_day` are what most forms ask for.

    ``after`` is the field of the same form before whose day it cannot lie.
    """
    order = [NotBefore(after)] if after else []
    return DayField(label, validators=[_given(must), *order], **kwargs)


def past_day(label: Any, *, must: bool = False, **kwargs: Any) -> PastDayField:
    """A day on which something happened: today or earlier (models.fact_dates)."""
    return PastDayField(label, validators=[_given(must), has_come], **kwargs)


def coming_day(label: Any, *, must: bool = False, **kwargs: Any) -> ComingDayField:
    """A day for which something is planned: today or later."""
    return ComingDayField(label, validators=[_given(must), is_to_come], **kwargs)


def _given(must: bool) -> Any:
    return DataRequired(_l("请填写这一项。")) if must else Optional()  # a sign for "none" is no date
