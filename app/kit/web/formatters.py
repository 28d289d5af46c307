"""Jinja filters: sentences, dates, money, numbers and masks in the reader's words."""

import enum
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from flask import Flask, has_request_context
from flask_babel import format_date, get_locale, ngettext
from markupsafe import Markup

from app.kit.web.catalogue import gettext as _
from app.kit.web.labels import LABELS, label, level_label, paper, to_reader, tone
from models import numbers
from models.clock import CHINA, day_of, full_years, today
from models.i18n import Sentence
from models.people.masks import masked_name
from models.people.phone import Phone
from models.people.purpose import purpose_in_words
from models.people.worker_account import in_groups
from models.posting_law.laws import SEPARATOR, UNCHECKED
from models.reference.area_latin import AreaName, AreaPath
from models.training import (
    enrolment,
    standards,
)
from models.training.standard import StandardName
from models.waiting import Wait, wait_of

FIRST_BUTTON = re.compile(r'<button(?![^<>]*type="button")([^<>]*)>')
OF_A_PLACE = re.compile(r'\s(?:class|id|aria-[a-z]+)="[^"]*"')


def day(value: date | datetime | None) -> str:
    """A date in full: 2017 年 5 月 8 日, or 8 May 2017; 未定 for None."""
    if value is None:
        return _("未定")
    if isinstance(value, datetime):
        value = value.astimezone(CHINA).date()
    return format_date(value, _("y 年 M 月 d 日"))


def month_name(value: date) -> str:
    """The month of a day: 2026 年 12 月, or December 2026."""
    return format_date(value, _("y 年 M 月"))


def moment(value: datetime | None) -> str:
    """A date with the time of day in China; a naive instant is read as UTC."""
    if value is None:
        return _("未定")
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return f"{day(value)} {value.astimezone(CHINA):%H:%M}"


def clock(value: datetime) -> str:
    """The time of day in China: 16:30."""
    return f"{value.astimezone(CHINA):%H:%M}"


def weekday(value: date) -> str:
    """The name of the day of the week."""
    return format_date(value, "EEEE")


def yuan(fen: int | None) -> str:
    """Fen as yuan with thousands: 4,650 元; 未知 for None."""
    return say(numbers.yuan(fen))


def in_yuan(fen: int | None) -> str:
    """Fen as yuan without the unit, for a table whose heading says it: 4,650; 未知 for None."""
    return number(None) if fen is None else str(numbers.yuan(fen).params["amount"])


def about_yuan(low_fen: int | None, high_fen: int | None) -> str:
    """What is about so much, in whole yuan: 4,102–4,803 元; 未知 for None. Files say the same figures."""
    low, high = whole_yuan(low_fen), whole_yuan(high_fen)
    if low is None or high is None or low == high:
        return yuan(None if low is None else low * 100)
    return f"{number(low)}–{yuan(high * 100)}"


def whole_yuan(fen: int | None) -> int | None:
    """The nearest whole yuan."""
    return None if fen is None else round(fen / 100)


def standard(value: int | None, name: StandardName | str) -> str:
    """A training standard's figure with its unit: 50 人, 80%, 40 元; 未知 for None."""
    return say(standards.in_units(value, StandardName(name)))


def percent(share: Fraction | None) -> str:
    """A share as percent, never rounded up over a threshold: 79.9%; 未知 for None."""
    return say(numbers.percent(share))


def yes_no(value: bool | None, yes: str | None = None, no: str | None = None) -> str:
    """是, 否 or 未知 (or the words given)."""
    if value is None:
        return _("未知")
    return (yes or _("是")) if value else (no or _("否"))


def number(value: Any) -> str:
    """A number with thousands separators, without needless zeros."""
    return _("未知") if value is None else numbers.figure(value)


def mark(value: float | enrolment.Grade | None, blank: str | None = None) -> str:
    """A mark of an examination as it was told: 85, 59.5, 合格; 未知 (or the word given) for None."""
    if value is None:
        return _("未知") if blank is None else blank
    return label(value) if isinstance(value, enrolment.Grade) else f"{value:g}"


def few(people: int, masked: bool, least: int = numbers.FEW) -> str:
    """A number of people; a reader who may see numbers only is told a band."""
    return say(numbers.people(people, masked, least))


def age(birth: date, on: date | None = None) -> int:
    """Full years of age, today's where no day is named."""
    return full_years(birth, on or today())


def phone_tails(phones: Iterable[Phone]) -> str:
    """Telephones by their last four digits and whose they are; empty without any."""
    shown = [
        _("%(owner)s的电话，尾号 %(tail)s", owner=_(phone.owner), tail=phone.end)
        if phone.owner
        else _("尾号 %(tail)s", tail=phone.end)
        for phone in phones
    ]
    return _("；").join(shown)


def masked_tail(last4: str) -> str:
    """A personal number of which only the last four digits are kept."""
    return f"**************{last4}" if last4 else _("未填")


def say(sentence: Sentence) -> str:
    """Translate a sentence for its reader, each of its values in the reader's words."""
    if not sentence.text:
        return ""
    params = {name: in_words(value) for name, value in sentence.params.items()}
    if sentence.count is not None:
        return ngettext(sentence.text, sentence.text, sentence.count, **params)
    return _(to_reader(sentence.text), **params)


def in_words(value: Any) -> Any:
    """A value of a sentence in its reader's words."""
    if isinstance(value, Sentence):
        return say(value)
    if isinstance(value, AreaName):
        return str(value)
    if isinstance(value, enum.Enum) and type(value) in LABELS:
        return label(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple):
        return _("、").join(str(in_words(part)) for part in value)
    return value


def each_in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a mapping in their reader's words."""
    return {key: in_words(value) for key, value in values.items()}


def wait(row: Any) -> Wait:
    """How long a row has waited by today, and by how much it is late."""
    return wait_of(row, today())


def days_late(last_day: date) -> int:
    """How many days ago ``last_day`` was; negative while it is ahead."""
    return (today() - last_day).days


def tr(text: str) -> str:
    """Translate a label."""
    return _(to_reader(text)) if text else ""


def grounds(source: str) -> str:
    """The laws behind a finding, each in the reader's words; one that nobody has compared says so."""
    said = [
        f"{_(law.removesuffix(UNCHECKED))}{_('（待核）') if law.endswith(UNCHECKED) else ''}"
        for law in source.split(SEPARATOR)
    ]
    return str(_("；")).join(said)


def name_main_form(body: Markup) -> Markup:
    """The content of a page with a name for its first whole form, by which a button elsewhere sends it."""
    return body.replace(Markup('class="whole"'), Markup('class="whole" id="whole-form"'), 1)


def default_button(body: Markup) -> Markup:
    """A twin of the main form's first button, for above the menus.

    Enter in a field presses the first button of its form in the page, and that of the other language, which
    belongs to the form too, stands before it."""
    _, found, form = str(body).partition('id="whole-form"')
    button = FIRST_BUTTON.search(form.partition("</form>")[0]) if found else None
    if button is None:
        return Markup()
    about = OF_A_PLACE.sub("", button[1])
    return Markup(f'<button form="whole-form" tabindex="-1" hidden{about}></button>')  # noqa: S704  # nosec B704


def home(person: Any) -> AreaPath:
    """Where somebody is registered: township and village."""
    return AreaPath(person.township or "", person.village or "")


def area(name: str) -> AreaName:
    """The name of an area that stands in a text column."""
    return AreaName(name or "")


def _reads_latin() -> bool:
    return has_request_context() and str(get_locale()) == "en"


def purpose(kept: str) -> str:
    """What personal data was opened for, as it was kept."""
    return say(purpose_in_words(kept))


def init_app(app: Flask) -> None:
    """Give the filters to the templates, and the names of areas the letters of their reader."""
    AreaName.is_latin = staticmethod(_reads_latin)  # type: ignore[method-assign]
    filters = [
        phone_tails,
        purpose,
        name_main_form,
        default_button,
        day_of,
        mark,
        grounds,
        label,
        tone,
        level_label,
        day,
        month_name,
        moment,
        clock,
        weekday,
        yuan,
        in_yuan,
        about_yuan,
        standard,
        yes_no,
        number,
        percent,
        few,
        age,
        masked_name,
        in_groups,
        paper,
        masked_tail,
        say,
        in_words,
        wait,
        days_late,
        home,
        area,
        tr,
    ]
    app.jinja_env.filters.update({function.__name__: function for function in (*filters, numbers.band)})
