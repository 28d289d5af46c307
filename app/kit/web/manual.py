"""The field manual: what a form asks, read off the form itself, so that it is never out of date."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wtforms import Field, HiddenField

from app.kit.web.fields import Form
from models.access import Actor, Permission

MOST_CHOICES = 14
_FORMS: list[tuple[str, Permission, type[Form]]] = []


@dataclass(frozen=True)
class Asked:
    """One question: its words, whether it must be answered, what helps, what can be chosen."""

    label: str
    is_needed: bool
    help: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """One form; ``word`` is a label."""

    word: str
    fields: list[Asked]


def in_manual(word: str, permission: Permission) -> Callable[[type[Form]], type[Form]]:
    """Decorator: a form has a chapter of this name in the manual of those who may send it."""

    def register(form: type[Form]) -> type[Form]:
        _FORMS.append((word, permission, form))
        return form

    return register


def chapters(actor: Actor) -> list[Chapter]:
    """The forms that ``actor`` fills in, in the language of the reader."""
    mine = [(word, form) for word, permission, form in _FORMS if actor.can(permission)]
    return [Chapter(word, [_asked(field) for field in _questions(form)]) for word, form in mine]


def _questions(form: type[Form]) -> list[Any]:
    hidden = ("csrf_token", "once")
    return [f for f in form(formdata=None) if not isinstance(f, HiddenField) and f.name not in hidden]


def _asked(field: Field) -> Asked:
    told: Any = getattr(field, "choices", None)
    words = (
        [str(word) for value, word in ((one[0], one[1]) for one in told) if value] if _is_flat(told) else []
    )
    if len(words) > MOST_CHOICES:
        words = [*words[:MOST_CHOICES], "…"]
    return Asked(
        str(field.label.text), bool(field.flags.required), str(field.description or ""), tuple(words)
    )


def _is_flat(told: Any) -> bool:
    return isinstance(told, list | tuple) and all(isinstance(one, list | tuple) for one in told)
