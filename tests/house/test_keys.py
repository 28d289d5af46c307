"""Keys and addresses from outside are read in one place: app/kit/web/request_limits.py and addresses.py."""

import ast
from collections.abc import Iterator
from pathlib import Path

import config
from tests.factories.sources import callee, nodes_of, text_of

APP = config.ROOT / "app"
SENT = ("args", "form", "values")
# Names under which a list says where its next page begins.
CURSORS = {"after", "before", "first", "start", "page", "offset"}
# The one cursor that is a word: the key of a public fact, which everybody who may open the table sees.
WORDS = {("app/reference/facts/views.py", "after")}
# page_inside takes what comes from outside; the others make addresses of ours.
READERS = ("page_inside", "url_for", "place_on_page", "login_url")
REFERRERS = {
    "app/kit/web/addresses.py",
}


def calls(path: Path) -> Iterator[ast.Call]:
    """The calls of a module that asks what was sent at all."""
    yield from (node for node in nodes_of(path, "request.") if isinstance(node, ast.Call))


def loose_keys(path: Path) -> Iterator[str]:
    """Reads of an address or a form that turn text into a number of their own, or take a cursor as it is."""
    name = str(path.relative_to(config.ROOT)) if path.is_relative_to(config.ROOT) else path.name
    for call in calls(path):
        text = ast.unparse(call.func) if callee(call) in ("get", "getlist") else ""
        if text not in {f"request.{sent}.{get}" for sent in SENT for get in ("get", "getlist")}:
            continue
        key = call.args[0].value if isinstance(call.args[0], ast.Constant) else ""
        kinds = [ast.unparse(word.value) for word in call.keywords if word.arg == "type"]
        kinds += [ast.unparse(word) for word in call.args[2:3]]
        is_cursor = key in CURSORS and not kinds and (name, key) not in WORDS
        if is_cursor or any(kind in ("int", "float", "str") for kind in kinds):
            yield f"{name}:{call.lineno} {key}"


def test_no_view_reads_a_key_or_a_cursor_by_itself() -> None:
    paths = [path for path in sorted(APP.rglob("*.py")) if path.name != "request_limits.py"]
    assert [read for path in paths for read in loose_keys(path)] == []


def test_no_view_goes_where_the_address_says_without_the_one_reader() -> None:
    """``next``, ``turn``, ``back`` and the browser's own word are handed to page_inside or page_before."""
    loose = []
    for path in sorted(APP.rglob("*.py")):
        name, text = str(path.relative_to(config.ROOT)), text_of(path)
        if name not in REFERRERS and ("request.referrer" in text or "HTTP_REFERER" in text):
            loose.append(f"{name}: referrer")
        for call in calls(path):
            if callee(call) in ("redirect", "finish") and "request." in ast.unparse(call):
                told = ast.unparse(call)
                if not any(f"{reader}(" in told for reader in READERS):
                    loose.append(f"{name}:{call.lineno} {told}")
    assert loose == []


def test_the_search_itself_sees_such_a_read(tmp_path: Path) -> None:
    module = tmp_path / "views.py"
    module.write_text(
        'a = request.args.get("after", "")\nb = request.form.getlist("ids", type=int)\n'
        'c = request.args.get("after", 0, row_number)\n',
        encoding="utf-8",
    )
    assert list(loose_keys(module)) == ["views.py:1 after", "views.py:2 ids"]
