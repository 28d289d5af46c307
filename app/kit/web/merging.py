"""Two people at one form: what each changed since it was opened is merged field by field.

The form carries a fingerprint of every value it was opened with, never the value: keyed, so that a telephone
cannot be guessed from it. What only one person changed holds; what both changed differently is asked, side by
side.
"""

import enum
import hmac
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import wtforms
from flask import current_app, flash, request
from flask_babel import gettext as _
from wtforms import Field, HiddenField

from app.kit.web.fields import Form, YuanField
from app.kit.web.formatters import day, yes_no, yuan

THEIRS, MINE = "theirs", "mine"
NOT_MERGED = frozenset({"csrf_token", "once", "base"})


@dataclass(frozen=True)
class Conflict:
    """What another person wrote and what this one typed, in words; ``mark`` stands for the other's value."""

    name: str
    theirs: str
    mine: str
    mark: str


class _Marks(HiddenField):
    """Worked out when the form is drawn: a sheet of 3,000 rows is judged by such forms and draws none."""

    def _value(self) -> str:
        return self.data or str(self._form.marks())


class EditForm(Form):
    """A form over a stored row, whose present values are given as ``data`` also when it is sent.

    ``unseen`` are stored values that the form does not show (numbers): an empty box leaves them as they are.
    """

    base = _Marks()

    def __init__(self, *args: Any, unseen: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unseen = dict(unseen or {})
        self.conflicts: list[Conflict] = []

    def is_ready(self) -> bool:
        """Whether it was sent, keeps its own rules and is merged: it may be saved."""
        return bool(self.validate_on_submit()) and self.merge()

    def keep_unsent(self, sent: Collection[str]) -> None:
        """Leave each field that is not in ``sent`` as it is stored: a program names what it changes."""
        for field in self._own():
            if field.name not in sent:
                field.data = None if field.name in self.unseen else self._stored(field)

    @property
    def status(self) -> int:
        """With what the page answers that shows it again."""
        return 409 if self.conflicts else 200

    def marks(self) -> str:
        """The fingerprints of what is stored now."""
        return " ".join(f"{field.name}:{_mark(field.name, self._stored(field))}" for field in self._own())

    def merge(self) -> bool:
        """Put in what only others changed; False where both changed one field and nobody has chosen yet."""
        base = dict(pair.split(":", 1) for pair in (self.base.data or "").split() if ":" in pair)
        taken = []
        for field in self._own():
            stored, typed = self._stored(field), field.data
            theirs, mine = _mark(field.name, stored), _mark(field.name, typed)
            before = base.get(field.name, theirs)
            is_mine_kept = mine == _mark(field.name, None) if field.name in self.unseen else mine == before
            if theirs in (before, mine):
                continue
            choice = request.form.get(f"keep-{field.name}", "")
            if is_mine_kept or choice == f"{THEIRS}-{theirs}":
                field.data = None if field.name in self.unseen else stored
                taken.append(field.label.text)
            elif choice != f"{MINE}-{theirs}":
                self._ask(field, stored, theirs)
        if taken and not self.conflicts:
            flash(
                _("你填写的时候别人也改过，他改的都留着：%(fields)s。", fields=_("、").join(map(str, taken))),
                "success",
            )
        return not self.conflicts

    def _ask(self, field: Field, stored: Any, mark: str) -> None:
        told = _("另一个号码") if field.name in self.unseen else shown(field, stored)
        field.conflict = Conflict(field.name, told, shown(field, field.data), mark)
        self.conflicts.append(field.conflict)

    def _own(self) -> Iterator[Field]:
        return (one for one in self if one.name not in NOT_MERGED and not isinstance(one, wtforms.FieldList))

    def _stored(self, field: Field) -> Any:
        """The value the row has now, as the field would hold it."""
        if field.name in self.unseen:
            return self.unseen[field.name]
        typed = field.data
        field.process_data(field.object_data)
        stored, field.data = field.data, typed
        for each in field.filters:
            stored = each(stored)
        return stored


def _mark(name: str, value: Any) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, f"{name}\0{_plain(value)!r}".encode(), "sha256").hex()[:12]


def _plain(value: Any) -> Any:
    """One spelling for values that mean the same: nothing, no tick and an empty text; 8 and 8.0."""
    if value in (None, "", [], False):
        return ""
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value).replace("\r\n", "\n").strip()


def shown(field: Field, value: Any) -> str:
    """A value of ``field`` in its reader's words."""
    if isinstance(field, wtforms.SelectField):
        words = {field.coerce(choice.value): choice.label for choice in field.choices or []}
        values = value if isinstance(value, list) else [value]
        return _("、").join(str(words.get(one, one or _("未知"))) for one in values) or _("未填")
    if value in (None, "", []):
        return _("未填")
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(field, YuanField):
        return yuan(value)
    return _("、").join(map(str, value)) if isinstance(value, list) else str(value)
