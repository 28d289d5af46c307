"""All regular expressions of the project, and texts that are slow to refuse."""

import ast
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

from tests.factories.sources import nodes_of
from tests.whole import share

ROOT = Path(__file__).parents[2]
LENGTH = share(32, 64) * 1024
_SAMPLES = f"1a ,中.-:：、年/(<\"'={string.ascii_letters}{string.digits}%\t\n一元月"
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "1",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_NOT_WORD: "-",
}


class Written(NamedTuple):
    """One expression, the place where it is written, and how it is asked there (search, fullmatch ...)."""

    place: str
    pattern: re.Pattern[Any]
    asked: frozenset[str]


def project_modules() -> Iterator[ModuleType]:
    """Every module of the application, the models and the engine, imported."""
    for package in ("app", "models", "matching"):
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if ".readers." not in module.name and not module.name.endswith("__main__"):
                yield importlib.import_module(module.name)


def _compiled(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for one in value.values():
            yield from _compiled(one, depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from _compiled(one, depth - 1)
    elif depth and type(value).__module__.split(".")[0] in ("app", "models", "matching"):
        for one in getattr(value, "__dict__", {}).values():
            yield from _compiled(one, depth - 1)


ASKING = {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


def _asked() -> dict[tuple[str, str], set[str]]:
    """(module or "", name) -> the methods that are called on something of this name, there or anywhere."""
    asked: dict[tuple[str, str], set[str]] = {}
    for path in _sources():
        for node in nodes_of(path, *(f".{name}" for name in ASKING)):
            if isinstance(node, ast.Attribute) and node.attr in ASKING:
                named = getattr(node.value, "id", getattr(node.value, "attr", ""))
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                for where in (module, ""):
                    asked.setdefault((where, named), set()).add(node.attr)
    return asked


def _sources() -> Iterator[Path]:
    for package in ("app", "models", "matching"):
        yield from sorted((ROOT / package).rglob("*.py"))


def _typed(path: Path) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """What is written as a literal in a call of ``re``: compiled at its first use, so no module holds it."""
    for node in nodes_of(path, "re."):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        called = node.func.value
        typed = getattr(node.args[0], "value", None)
        is_re = isinstance(called, ast.Name) and called.id == "re" and node.func.attr in ASKING
        if is_re and isinstance(typed, str | bytes):
            yield node.func.attr, re.compile(typed)


def expressions() -> list[Written]:
    """Every expression that a module holds, or that a line of code types, once."""
    known: dict[tuple[Any, int, frozenset[str]], Written] = {}
    asked = _asked()
    for module in project_modules():
        for name, value in vars(module).items():
            methods = frozenset(asked.get((module.__name__, name)) or asked.get(("", name)) or ASKING)
            for pattern in _compiled(value):
                place = Written(f"{module.__name__}.{name}", pattern, methods)
                known.setdefault((pattern.pattern, pattern.flags, methods), place)
    for path in _sources():
        for method, pattern in _typed(path):
            place = Written(str(path.relative_to(ROOT)), pattern, frozenset({method}))
            known.setdefault((pattern.pattern, pattern.flags, place.asked), place)
    return list(known.values())


def _character(items: Any) -> str:
    """One character of a class."""
    if items[0][0] is sre.NEGATE:
        body = "".join(re.escape(chr(one)) for op, one in items[1:] if op is sre.LITERAL)
        ranges = [(one[0], one[1]) for op, one in items[1:] if op is sre.RANGE]
        categories = {_CATEGORIES.get(one, "") for op, one in items[1:] if op is sre.CATEGORY}
        for sample in _SAMPLES:
            is_outside = not any(low <= ord(sample) <= high for low, high in ranges)
            if re.escape(sample) not in body and is_outside and sample not in categories:
                return sample
        return "☃"
    operation, value = items[0]
    if operation is sre.RANGE:
        return chr(value[0])
    return _CATEGORIES.get(value, "a") if operation is sre.CATEGORY else chr(value)


def sample(tree: Any, repeats: list[str], most: int = 3) -> str:
    """A text that ``tree`` matches, more or less; what may be repeated without bound goes to ``repeats``."""
    out = ""
    for operation, value in tree:
        if operation is sre.LITERAL:
            out += chr(value)
        elif operation is sre.NOT_LITERAL:
            out += next(one for one in _SAMPLES if ord(one) != value)
        elif operation is sre.ANY:
            out += "a"
        elif operation is sre.IN:
            out += _character(value)
        elif operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            inner = sample(value[2], repeats, most)
            if value[1] > 20 and inner:
                repeats.append(inner)
            out += inner * max(1, min(value[0] or 1, most))
        elif operation is sre.SUBPATTERN:
            out += sample(value[3], repeats, most)
        elif operation is sre.ATOMIC_GROUP:
            out += sample(value, repeats, most)
        elif operation is sre.BRANCH:
            texts = [sample(one, repeats, most) for one in value[1]]
            out += max(texts, key=len)
    return out


def attacks(pattern: re.Pattern[Any]) -> Iterator[Any]:
    """Texts of 64 KiB that begin well, again and again, and end badly."""
    typed = pattern.pattern
    text = typed.decode("latin-1") if isinstance(typed, bytes) else typed
    repeats: list[str] = []
    whole = sample(parser.parse(text, pattern.flags & ~re.UNICODE), repeats)
    first = [*dict.fromkeys(repeats)][:3]
    pieces = dict.fromkeys(
        [*first, whole, whole[:-1], whole[:1], whole[:2], whole[:1] + "".join(first[:1]), " ", "1"]
    )
    for piece in filter(None, pieces):
        for start in dict.fromkeys(("", whole.split(piece)[0][:200])):
            built = start + piece * ((LENGTH - len(start)) // len(piece)) + "\0"
            yield built.encode("utf-8", "ignore") if isinstance(typed, bytes) else built
