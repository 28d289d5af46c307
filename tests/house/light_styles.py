"""Bootstrap's rules as far as our pages use them: `make styles` writes them to app/static/css/bootstrap.css.

The whole of Bootstrap is 232 kB, of which our pages use a tenth. A rule stays when every class and every data
attribute it asks for occurs somewhere in what draws pages; a class put together of a piece and a value
("btn-" and a kind) may be any whose end occurs there. A custom property stays while something reads it.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import flask_bootstrap
import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule

import config

PACKAGE = Path(flask_bootstrap.__file__).parent
WHOLE = PACKAGE / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
LIGHT = config.ROOT / "app" / "static" / "css" / "bootstrap.css"
# Of the package's own templates the one that kit.html draws fields with.
FIELDS = PACKAGE / "templates" / "bootstrap5" / "form.html"

WORD = re.compile(r"[A-Za-z][\w-]*")
BEGUN = re.compile(r"([A-Za-z][\w-]*-)(?:\{\{|[\"'] ?[~+])")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
ATTRIBUTE = re.compile(r"\[(data-[\w-]+)")
WITHOUT = re.compile(r":not\([^()]*\)")
PROPERTY = re.compile(r"(?<=[{;])(--[\w-]+):[^;}]*(;|(?=}))")
READ = re.compile(r"var\(\s*(--[\w-]+)")


@cache
def drawn_with() -> tuple[set[str], set[str]]:
    """Every word of what draws pages, and every beginning of a class that ends in a value."""
    ours = (config.ROOT / "templates").rglob("*.html"), (config.ROOT / "app" / "static" / "js").glob("*.js")
    texts = [path.read_text("utf-8") for paths in ours for path in paths] + [FIELDS.read_text("utf-8")]
    texts += _short_texts_in_python()
    words = {word for text in texts for word in WORD.findall(text)}
    return words, {begun for text in texts for begun in BEGUN.findall(text)}


def _short_texts_in_python() -> list[str]:
    """What can be classes in our Python: texts of a line."""
    found = []
    for path in (config.ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 110:
                found.append(node.value)
    return found


def is_drawn(name: str) -> bool:
    """Whether a page can bear the class or attribute ``name``."""
    words, begun = drawn_with()
    return name in words or any(
        name.startswith(start) and name.removeprefix(start) in words for start in begun
    )


def light_styles() -> str:
    """The rules that stay, under the licence they came with."""
    whole = WHOLE.read_text("utf-8")
    licence = whole[whole.index("/*!") : whole.index("*/") + 2]
    rules = list(_rules(tinycss2.parse_stylesheet(whole, skip_comments=True, skip_whitespace=True)))
    ours = [path.read_text("utf-8") for path in LIGHT.parent.glob("*.css") if path != LIGHT]
    return f"{licence}\n" + "\n".join(_without_unread(rules, ours)) + "\n"


def _rules(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, QualifiedRule):
            selectors = [one for one in _split(tinycss2.serialize(node.prelude)) if _can_match(one)]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(node.content)}}}"
        elif isinstance(node, AtRule) and node.at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(node.content or [], skip_comments=True, skip_whitespace=True)
            if kept := "".join(_rules(inner)):
                yield f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}{{{kept}}}"
        elif isinstance(node, AtRule) and node.at_keyword != "charset":
            yield tinycss2.serialize([node])


def _split(prelude: str) -> list[str]:
    """The selectors of a list; a comma inside brackets parts none."""
    return [one.strip() for one in re.split(r",(?![^()]*\))", prelude)]


def _can_match(selector: str) -> bool:
    asked = WITHOUT.sub("", selector)
    return all(is_drawn(name) for name in (*CLASS.findall(asked), *ATTRIBUTE.findall(asked)))


def _without_unread(rules: list[str], ours: list[str]) -> list[str]:
    """``rules`` without the custom properties and movements that nothing reads any more."""
    while True:
        text = "".join(rules + ours)
        read = set(READ.findall(text))
        moves = " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", text))
        kept = []
        for rule in rules:
            if (named := re.match(r"@keyframes ([\w-]+)", rule)) and named[1] not in moves:
                continue
            shorter = PROPERTY.sub(lambda one, read=read: one[0] if one[1] in read else "", rule)
            if not shorter.endswith("{}"):
                kept.append(shorter)
        if kept == rules:
            return kept
        rules = kept


if __name__ == "__main__":
    LIGHT.write_text(light_styles(), "utf-8")
    print(f"{LIGHT.relative_to(config.ROOT)}: {LIGHT.stat().st_size:,} of {WHOLE.stat().st_size:,} bytes")
