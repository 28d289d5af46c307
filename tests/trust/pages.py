"""Pages as a browser reads them: their links and their forms, with what the fields hold."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes

KEPT = ("once", "csrf_token")
QUIET = ("submit", "button", "reset", "image")


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


def encoded(text: str) -> str:
    """Return ``text`` as it goes into an address; halves of surrogate pairs too, as a bad client sends them."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def body(values: dict[str, list[str]]) -> bytes:
    """Return a form's values as they go over the wire."""
    return "&".join(f"{encoded(name)}={encoded(one)}" for name, many in values.items() for one in many).encode()
