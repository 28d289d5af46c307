"""What a browser sends for a form of a page when nobody touches it."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, MultiDict[str, str]]] = []
        self._fields: MultiDict[str, str] | None = None
        self._menu: tuple[str, bool, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._fields = MultiDict()
            self.forms.append((urlsplit(given.get("action") or "").path, self._fields))
        if self._fields is None or "disabled" in given:
            return
        name, value = given.get("name") or "", given.get("value")
        if tag == "select":
            self._menu = (name, "multiple" in given, [])
        elif tag == "option" and self._menu:
            self._menu[2].append((value or "", "selected" in given))
        elif tag == "textarea":
            self._area = (name, [])
        elif tag == "input" and name and given.get("type") not in ("submit", "button", "file"):
            if given.get("type") not in ("checkbox", "radio"):
                self._fields.add(name, value or "")
            elif "checked" in given:
                self._fields.add(name, "on" if value is None else value)

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        fields = self._fields
        if fields is None:
            return
        if tag == "select" and self._menu:
            name, several, told = self._menu
            chosen = [value for value, selected in told if selected]
            for value in chosen if several or chosen else [value for value, _ in told[:1]]:
                fields.add(name, value)
            self._menu = None
        elif tag == "textarea" and self._area:
            text = "".join(self._area[1]).removeprefix("\r\n").removeprefix("\n")
            fields.add(self._area[0], text.replace("\r\n", "\n").replace("\n", "\r\n"))
            self._area = None
        elif tag == "form":
            self._fields = None


def untouched(page: str, action: str, having: str = "") -> MultiDict[str, str]:
    """The fields of the page's form that is sent to ``action`` (or to the page itself) and has that field."""
    return next(
        fields
        for path, fields in _Forms(page).forms
        if path in ("", action) and (not having or having in fields)
    )
