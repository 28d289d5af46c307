"""JSON in, the room's own form out: what a program sends is judged by the rules of the page.

Nothing is guessed and nothing is left over: a name that the form does not have, a text where a number
belongs, the same name twice are refused by name.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

import wtforms
from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import Field

from app.kit.api.problems import Unacceptable, Wrong
from app.kit.web.fields import Form, ListField, TriStateField, YuanField
from app.kit.web.request_limits import MOST

MOST_BYTES = 1024 * 1024
NOT_SENT = frozenset({"csrf_token", "once", "base", "kept"})
SEPARATORS = re.compile(r"[、,，;；\n|]")
Body = dict[str, Any]
F = TypeVar("F", bound=Form)


class Numbers(Field):  # type: ignore[misc]
    """Numbers of rows."""

    data: list[int]

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [int(one) for one in valuelist]


class Rows(Field):  # type: ignore[misc]
    """Rows of a list, each an object of texts by field: read as the cells of a sheet's row are read."""

    data: list[dict[str, str]]

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [json.loads(one) for one in valuelist]


def api_name(field: Field) -> str:
    """The name in JSON: money is sent in yuan and called so."""
    name: str = field.short_name
    return name.removesuffix("_fen") + "_yuan" if isinstance(field, YuanField) else name


def questions(form: Form) -> dict[str, Field]:
    """The fields that a program may fill, by their names in JSON; files are not sent this way."""
    return {
        api_name(one): one
        for one in form
        if one.name not in NOT_SENT and not isinstance(one, wtforms.FileField)
    }


# --- reading --------------------------------------------------------------------------------------------


def read_body() -> Body:
    """The object that was sent. Raises Unacceptable for anything else."""
    if request.mimetype != "application/json":
        raise Unacceptable(status=415)
    try:
        read = json.loads(
            request.get_data(cache=True).decode("utf-8"),
            object_pairs_hook=_without_doubles,
            parse_float=Decimal,
            parse_constant=_no_constant,
        )
        _refuse_broken_text(read)
    except (ValueError, RecursionError) as problem:
        raise Unacceptable(Wrong("", _("不是一段完整的 JSON。")), status=400) from problem
    if not isinstance(read, dict):
        raise Unacceptable(Wrong("", _('内容要是一个对象，例如 {"title": "…"}。')), status=400)
    return read


def receive() -> None:
    """Take all that is sent, while nothing is held: a slow line keeps nobody waiting. Raises Unacceptable."""
    if (request.content_length or 0) > MOST_BYTES or len(request.get_data(cache=True)) > MOST_BYTES:
        raise Unacceptable(status=413)


def digest_of_request() -> str:
    """What tells a second sending from another request under the same key."""
    told = f"{request.method} {request.full_path}\n".encode() + request.get_data(cache=True)
    return hashlib.sha256(told).hexdigest()


def _without_doubles(pairs: list[tuple[str, Any]]) -> Body:
    read = dict(pairs)
    if len(read) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unacceptable(Wrong(twice[:60], _("这一项写了两次。")), status=400)
    return read


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _refuse_broken_text(value: Any) -> None:
    """Raise ValueError for text that no database keeps: NUL, halves of letters."""
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("NUL")
    elif isinstance(value, list):
        for one in value:
            _refuse_broken_text(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            _refuse_broken_text(name)
            _refuse_broken_text(one)


# --- from JSON to the form ------------------------------------------------------------------------------


def lay_into_form(kind: type[Form], body: Body) -> frozenset[str]:
    """Let the form that the view makes find ``body`` as a browser would have sent it; returns the names of
    the form's fields that it names, those with null too.

    Raises Unacceptable with every name that it does not have and every value of another kind.
    """
    known = questions(kind(formdata=None))
    wrong = [Wrong(name[:60], _("没有这一项。")) for name in body if name not in known]
    pairs: list[tuple[str, str]] = []
    for name, value in body.items():
        if name in known and value is not None:
            try:
                pairs += [(known[name].name, text) for text in _texts(known[name], value)]
            except ValueError as problem:
                wrong.append(Wrong(name, str(problem)))
    if wrong:
        raise Unacceptable(*wrong)
    request.form = ImmutableMultiDict(pairs)
    return frozenset(known[name].name for name in body)


def _texts(field: Field, value: Any) -> Iterator[str]:
    """``value`` as form data of ``field``; raises ValueError with the sentence for another kind."""
    if isinstance(field, Rows):
        yield from _rows(value)
    elif isinstance(field, Numbers):
        yield from _numbers(value)
    elif isinstance(field, ListField):
        yield "、".join(_list(value))
    elif isinstance(field, wtforms.SelectMultipleField):
        yield from _list(value, apart=False)
    elif isinstance(field, TriStateField | wtforms.BooleanField):
        yield from _truth(field, value)
    elif isinstance(field, wtforms.IntegerField | wtforms.DecimalField):
        yield _number(value, whole=isinstance(field, wtforms.IntegerField))
    elif isinstance(value, str):
        yield value
    else:
        raise ValueError(_("这一项要写成文本，放在引号里。"))


def _truth(field: Field, value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        raise ValueError(_("这一项只能是 true、false，不知道就写 null。"))
    if isinstance(field, TriStateField):
        yield str(int(value))
    elif value:
        yield "y"


def _number(value: Any, *, whole: bool) -> str:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not is_number or (whole and not isinstance(value, int)):
        raise ValueError(_("这一项要写整数，例如 12。") if whole else _("这一项要写数字，例如 8.5。"))
    if abs(value) > 10**12 or (isinstance(value, Decimal) and int(value.as_tuple().exponent) < -6):
        raise ValueError(_("这个数不在允许的范围里。"))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _list(value: Any, *, apart: bool = True) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(_('这一项要写成一串文本，例如 ["缝纫", "电焊"]。'))
    if apart and any(SEPARATORS.search(one) for one in value):
        raise ValueError(_("一串里的每一项不能再带顿号、逗号、分号或换行。"))
    return value


def _numbers(value: Any) -> Iterator[str]:
    if not isinstance(value, list) or not all(type(one) is int and 0 <= one <= MOST for one in value):
        raise ValueError(_("这一项要写成一串编号，例如 [12, 15]。"))
    yield from map(str, value)


def _rows(value: Any) -> Iterator[str]:
    if not isinstance(value, list) or not all(_is_row(one) for one in value):
        raise ValueError(_("这一项要写成一串对象，每个对象是一行，里面都是文本或数字。"))
    for one in value:
        yield json.dumps({name: str(cell) for name, cell in one.items() if cell is not None})


def _is_row(one: Any) -> bool:
    cells = one.values() if isinstance(one, dict) else [()]
    return all(cell is None or type(cell) in (str, int, Decimal) for cell in cells)


def checked(form: F) -> F:
    """``form`` if everything in it holds; raises Unacceptable with each field and what is wrong with it."""
    has_all = form.validate()
    known = questions(form)
    sent = {name for name, _text in request.form.items(multi=True)}
    wrong = [Wrong(name, _("没有这一项。")) for name in sorted(sent - {one.name for one in known.values()})]
    if not has_all or wrong:
        raise Unacceptable(*wrong, *errors_of(form))
    return form


def errors_of(form: Form) -> Iterable[Wrong]:
    """What the form says is wrong, by the names of JSON."""
    for name, field in questions(form).items():
        yield from (Wrong(name, str(reason)) for reason in field.errors)


def unknown_query(known: Mapping[str, Any]) -> None:
    """Raise Unacceptable for a name in the address that is not among ``known``, and one that stands twice."""
    wrong = [Wrong(name[:60], _("没有这一项。")) for name in request.args if name not in known]
    wrong += [Wrong(name, _("这一项写了两次。")) for name, values in request.args.lists() if len(values) > 1]
    if wrong:
        raise Unacceptable(*wrong, status=400)
