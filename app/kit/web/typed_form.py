"""A page of ours with one of its forms as somebody typed it, and a word at its place.

The page is text that we made a moment ago, so the reader need not forgive anything; what is not touched stays
as it is, character by character.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate
from urllib.parse import urlsplit

from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

PAGE = "page"  # where the form stands, once its page is shown at another address
OURS = frozenset({"csrf_token", "once", PAGE})  # new on every page
MAY_DIFFER = OURS | {"version", "base"}  # move on without making another form of it
TICKED = ("checkbox", "radio")
NEVER_FILLED = ("password", "file", "submit", "button", "reset", "image")
Attributes = dict[str, str | None]
Edit = tuple[int, int, str]  # from, to, what stands there then


@dataclass
class Control:
    """A field of a form: where its start tag is, and of a text area where its content is."""

    tag: str
    attributes: Attributes
    start: int
    end: int
    content: tuple[int, int] = (0, 0)
    select: str = ""

    @property
    def kind(self) -> str:
        """What type an input has; the tag's name for all others."""
        return (self.attributes.get("type") or "text") if self.tag == "input" else self.tag

    @property
    def name(self) -> str:
        """The name under which it is sent; an option's is that of its menu."""
        return self.select or self.attributes.get("name") or ""

    @property
    def value(self) -> str:
        """The value it is sent with where it is ticked, chosen or hidden."""
        return self.attributes.get("value") or ("on" if self.kind in TICKED else "")

    def written(self, **changes: str | None) -> str:
        """Its start tag with other attributes; None takes one away, "" sets one that has no value."""
        kept = {name: value or "" for name, value in self.attributes.items() if name not in changes}
        kept |= {name: value for name, value in changes.items() if value is not None}
        told = "".join(f' {name}="{escape(value)}"' if value else f" {name}" for name, value in kept.items())
        return f"<{self.tag}{told}>"


@dataclass
class PageForm:
    """A form of a page: ``place`` is behind its start tag."""

    action: str
    number: str
    place: int
    tag: Control
    folds: tuple[Control, ...]
    controls: list[Control] = field(default_factory=list)

    @property
    def is_posted(self) -> bool:
        """Whether it changes something."""
        return (self.tag.attributes.get("method") or "").lower() == "post"

    def told(self, address: str) -> Iterator[Edit]:
        """What tells it the ``address`` of its page, and sends it there if it is sent to its own page."""
        if not self.tag.attributes.get("action"):
            yield self.tag.start, self.tag.end, self.tag.written(action=address)
        if self.is_posted:
            yield (
                self.place,
                self.place,
                Markup('<input type="hidden" name="{}" value="{}">').format(PAGE, address),
            )

    def likeness(self, typed: MultiDict[str, str]) -> int | None:
        """How well it fits what was sent; None for another form that is sent to the same address."""
        hidden = [one for one in self.controls if one.kind == "hidden" and one.name not in MAY_DIFFER]
        if any(one.value not in typed.getlist(one.name) for one in hidden):
            return None
        buttons = [one for one in self.controls if one.tag == "button" and one.name]
        if buttons and not any(one.value in typed.getlist(one.name) for one in buttons):
            return None
        return len({one.name for one in self.controls} & set(typed)) + len(hidden)


class _Reader(HTMLParser):
    def __init__(self, page: str, path: str) -> None:
        super().__init__(convert_charrefs=False)
        self.path, self.forms, self.main = path, list[PageForm](), 0
        self._starts = [0, *accumulate(len(line) for line in page.splitlines(keepends=True))]
        self._folds: list[Control] = []
        self._form: PageForm | None = None
        self._select, self._area, self._loose = "", list[Control](), list[Control]()
        self.feed(page)
        self.close()
        for one in self._loose:  # fields that name their form stand outside it
            for form in self.forms:
                if form.number == one.attributes["form"]:
                    form.controls.append(one)

    def _here(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, attributes = self._here(), dict(attrs)
        one = Control(tag, attributes, start, start + len(self.get_starttag_text() or ""))
        if tag == "main":
            self.main = one.end
        elif tag == "details":
            self._folds.append(one)
        elif tag == "form":
            self._begin(one)
        elif tag in ("input", "select", "textarea", "button", "option"):
            self._control(one)

    def _begin(self, one: Control) -> None:
        action = urlsplit(one.attributes.get("action") or self.path).path
        self._form = PageForm(action, one.attributes.get("id") or "", one.end, one, tuple(self._folds))
        self.forms.append(self._form)

    def _control(self, one: Control) -> None:
        if one.attributes.get("formaction"):  # a button that sends the form elsewhere
            return
        if one.tag == "select":
            self._select = one.name
        elif one.tag == "option":
            one.select = self._select
        elif one.tag == "textarea":
            self._area.append(one)
        if one.attributes.get("form"):
            self._loose.append(one)
        elif self._form:
            self._form.controls.append(one)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area:
            area = self._area.pop()
            area.content = (area.end, self._here())


def with_typed(page: str, address: str, sent_to: str, typed: MultiDict[str, str], note: Markup) -> str:
    """``page`` with ``note`` in the form that was sent to ``sent_to``, which says again what was typed.

    ``address`` is the page's own: it is shown at another, so its forms are told. "" for ``sent_to`` is any of
    its forms. Passwords and files are not filled in. Where the page has no such form any more, the note and
    the words that were typed stand at its top.
    """
    reader = _Reader(page, urlsplit(address).path)
    posted = [form for form in reader.forms if form.is_posted]
    fitting = [
        (likeness, form)
        for form in posted
        if sent_to in ("", form.action) and (likeness := form.likeness(typed)) is not None
    ]
    edits = [edit for form in reader.forms for edit in form.told(address)]
    if not fitting:
        box = Markup('<div class="notice bad">{}{}</div>').format(note, _words(typed))
        return _edited(page, [*edits, (reader.main, reader.main, box)])
    form = max(fitting, key=lambda one: one[0])[1]
    opened = [(fold.start, fold.end, fold.written(open="")) for fold in form.folds]
    return _edited(page, [(form.place, form.place, note), *edits, *opened, *_filled(form.controls, typed)])


def _words(typed: Mapping[str, str]) -> Markup:
    """What somebody wrote in words, not to be lost with its form; no numbers, which may be personal."""
    words = [
        value for name, value in typed.items() if name not in OURS and any(ord(one) > 0x2E7F for one in value)
    ]
    return Markup("").join(Markup('<p class="prose">{}</p>').format(word) for word in words)


def _filled(controls: Iterable[Control], typed: MultiDict[str, str]) -> Iterable[Edit]:
    left = {name: list(values) for name, values in typed.lists()}
    for one in controls:
        if not one.name or one.name in OURS or one.kind in NEVER_FILLED or one.tag == "select":
            continue
        if one.kind in (*TICKED, "option"):
            is_on = one.value in typed.getlist(one.name)
            mark = "selected" if one.tag == "option" else "checked"
            yield one.start, one.end, one.written(**{mark: "" if is_on else None})
        elif values := left.get(one.name):
            value = values.pop(0)
            if one.tag == "textarea":
                yield *one.content, escape(value)
            else:
                yield one.start, one.end, one.written(value=value)


def _edited(page: str, edits: Iterable[Edit]) -> str:
    parts, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        parts += [page[at:start], text]
        at = end
    return "".join([*parts, page[at:]])
