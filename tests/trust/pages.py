"""Pages as a browser reads them: their links and their forms, with what the fields hold."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes

from flask.testing import FlaskClient

from tests.factories.people import id_number

KEPT = ("once", "csrf_token")
# Signing in and out and the language keep nothing; their forms carry no key.
UNKEYED = ("/sign-out", "/language", "/sign-in")
FORM = "application/x-www-form-urlencoded"
QUIET = ("submit", "button", "reset", "image")
# What a careful person types into an empty field.
VALID = {
    "name": "阿木",
    "username": "amu.jike",
    "title": "普工",
    "headcount": "60",
    "valid_until": "2027-01-01",
    "source": "测试",
    "reason": "测试",
    "purpose": "service",
    "purpose_word": "测试",
    "credit_code": "91440606MA4UXM0K02",
    "note": "测试",
    "area_code": "513431",
    "valid_from": "2017-01-01",
    "leader_name": "领队",
    "transport": "大巴",
    "from_place": "车站",
    "departs_at": "2027-01-01T08:00",
    "monthly_fen": "200",
    "since": "2017-01-01",
    "on": "2026-01-01",
    "id_number": id_number(order=77),
    "city_code": "440600",
    "answer": "accept",
    "outcome": "employed",
    "role": "prefecture",
    "education_text": "初中",
    "school_status": "",
    "evidence": "1",
}


@dataclass
class Form:
    """One form: where it goes, and what it would send if the button were pressed now."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The fields somebody may tamper with."""
        return [name for name in self.values if name not in KEPT]


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, path: str, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._path, self._form, self._area, self._select = path.split("?")[0], None, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"].split("#")[0])
        if tag == "form":
            self._form = Form(given.get("action") or self._path, given.get("method", "get").upper())
            self.forms.append(self._form)
        if self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, form = given.get("name", ""), self._form
        if tag == "option" and self._select:
            self._option(given)
        elif tag == "select" and name:
            self._select = name
            form.values.setdefault(name, [])
            form.choices[name] = []
        elif tag == "textarea" and name:
            self._area = name
            form.values.setdefault(name, [""])
        elif tag in ("input", "button") and name:
            self._input(name, given.get("type", "text"), given)

    def _option(self, given: dict[str, str]) -> None:
        value = given.get("value", "")
        self._form.choices[self._select].append(value)
        if "selected" in given or not self._form.values[self._select]:
            self._form.values[self._select] = [value]

    def _input(self, name: str, kind: str, given: dict[str, str]) -> None:
        values = self._form.values.setdefault(name, [])
        if kind == "file":
            self._form.files.append(name)
            del self._form.values[name]
        elif kind in ("checkbox", "radio"):
            self._form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                values.append(given.get("value", "on"))
        elif kind not in QUIET or not values:
            values.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._form.values[self._area] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""


def forms_within_reach(client: FlaskClient, most: int = 80) -> dict[str, Form]:
    """Walk all pages from the first one on; return one unsafe form for each address, event and set of
    fields."""
    waiting, done, found = ["/"], set(), {}
    while waiting and len(done) < most:
        path = waiting.pop(0)
        done.add(path)
        answer = client.get(path, follow_redirects=True)
        page = Page(path, answer.get_data(as_text=True) if answer.mimetype == "text/html" else "")
        waiting += [link for link in page.links if link not in done and link not in waiting]
        for form in page.forms:
            if form.method == "POST" and not form.action.startswith(UNKEYED):
                shape = re.sub(r"\d+", "N", form.action)
                found.setdefault(f"{shape} {form.values.get('event')} {sorted(form.names)}", form)
    return found


def filled(form: Form) -> dict[str, list[str]]:
    """Return what a careful person would send, without the form's key."""
    return {name: _value(form, name, given) for name, given in form.values.items() if name != "once"}


def _value(form: Form, name: str, given: list[str]) -> list[str]:
    if given not in ([], [""]) or name not in VALID | form.choices:
        return given
    if name not in form.choices:
        return [VALID[name]]
    wanted = VALID.get(name, "")
    if not form.choices[name]:  # a menu of which nothing can be chosen yet
        return given
    return [wanted if wanted in form.choices[name] else form.choices[name][-1]]


@lru_cache(4096)  # one hostile text goes into each of the six hundred fields of a form
def encoded(text: str) -> str:
    """Return ``text`` as it goes into an address; halves of surrogate pairs too, as a bad client sends
    them."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def body(values: dict[str, list[str]]) -> bytes:
    """Return a form's values as they go over the wire."""
    return "&".join(
        f"{encoded(name)}={encoded(one)}" for name, many in values.items() for one in many
    ).encode()
