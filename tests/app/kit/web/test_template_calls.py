"""What a template calls answers as under Jinja's own context."""

from typing import Any

import pytest
from flask import Flask
from jinja2 import Environment, pass_context, pass_environment, pass_eval_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.kit.web.template_calls import QuickContext


class Asks:
    """A callable object, once plain and once wanting the context."""

    def __call__(self, value: Any) -> str:
        return f"object {value}"


class AsksContext:
    """A callable object that wants the context."""

    @pass_context
    def __call__(self, context: Any, value: Any) -> str:
        return f"{context['who']} {value}"


def plain(*values: Any, **named: Any) -> str:
    """Whatever it is given."""
    return repr((values, named))


@pass_context
def with_context(context: Any, value: Any) -> str:
    """A name of the context."""
    return f"{context['who']} {value}"


@pass_eval_context
def with_state(state: Any, value: Any) -> str:
    """Whether text is escaped."""
    return f"{state.autoescape} {value}"


@pass_environment
def with_environment(environment: Any, value: Any) -> str:
    """Something of the environment."""
    return f"{environment.block_start_string} {value}"


def ends() -> None:
    """Raise what a template takes for nothing."""
    raise StopIteration


PAGES = (
    "{{ plain(1, two='<2>') }}",
    "{{ with_context('<a>') }}{{ with_state('<a>') }}{{ with_environment('<a>') }}",
    "{{ asks('<a>') }}{{ asks_context('<a>') }}",
    "{{ 'a-b'.split('-') }}{{ {'a': 1}.get('a') }}{{ ', '.join(['<', markup]) }}",
    "{% macro cell(text, of='x') %}<td>{{ text }}{{ of }}{{ caller() if caller else '' }}</td>{% endmacro %}"
    "{{ cell('<a>') }}{% call cell('b', of=markup) %}{{ who }}{% endcall %}",
    "{% for n in [1, 2] %}{{ with_context(n) }}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for who in ['inner'] %}{{ with_context('in a loop') }}{% endfor %}",
    "[{{ ends() }}]",
    "{% autoescape false %}{% macro raw(text) %}{{ text }}{% endmacro %}{{ raw('<') }}{% endautoescape %}",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_template_says_what_it_says_under_jinjas_own_context(page: str) -> None:
    given = {
        "who": "outer",
        "plain": plain,
        "with_context": with_context,
        "with_state": with_state,
        "with_environment": with_environment,
        "asks": Asks(),
        "asks_context": AsksContext(),
        "markup": Markup("<b>"),
        "ends": ends,
    }
    said = []
    for kind in (Context, QuickContext):
        environment = Environment(autoescape=True, extensions=["jinja2.ext.do"])
        environment.context_class = kind
        said.append(environment.from_string(page).render(given))
    assert said[0] == said[1]
    assert said[0] != "[]" or "ends" in page


def test_the_application_calls_so(app: Flask) -> None:
    assert app.jinja_env.context_class is QuickContext
