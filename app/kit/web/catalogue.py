"""The catalogue of a reader's language, looked for once a language and page: a list asks for it 700 times.

Flask-Babel writes out a locale's name at each sentence to find the catalogue by, and Jinja treats each
sentence of a template as a pattern, also those that have no place for a value.
"""

from typing import Any

from flask import Flask, g
from flask_babel import Babel, Domain, get_domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

# Sentences of a language, more than the templates have: data that is given to `_` fills no memory.
MOST_KEPT = 20_000


class RememberedDomain(Domain):
    """A domain that remembers the catalogue beside the request's locale, until that is another object."""

    def get_translations(self) -> Any:
        """The reader's catalogue; an empty one where there is no reader."""
        return _kept_catalogue() or self._look_up()

    def _look_up(self) -> Any:
        locale = get_locale()
        found = super().get_translations()
        if locale is not None:
            g._flask_babel.catalogue = locale, found
        return found


def _kept_catalogue() -> Any:
    try:
        kept = g._get_current_object().__dict__["_flask_babel"].__dict__
        locale, catalogue = kept["catalogue"]
        return catalogue if kept["babel_locale"] is locale else None
    except (KeyError, RuntimeError):  # not asked for yet; neither a request nor a command
        return None


def gettext(text: str, /, **values: Any) -> str:
    """As Flask-Babel's, for what says hundreds of sentences a page."""
    catalogue = _kept_catalogue() or get_domain().get_translations()
    sentence: str = catalogue.ugettext(text)
    return sentence % values if values else sentence


@pass_eval_context
def gettext_of_template(state: EvalContext, text: str, /, **values: Any) -> str:
    """``_`` in templates: a translated sentence, its ``%(name)s`` filled in and escaped as Jinja does."""
    catalogue = _kept_catalogue() or get_domain().get_translations()
    sentences = catalogue.__dict__.setdefault("sentences", {})
    key = str(text)
    sentence = sentences.get(key)
    if sentence is None:
        sentence = Markup(catalogue.ugettext(key))  # noqa: S704  # nosec B704 - sentences are ours
        if "%" in sentence:
            return (sentence if state.autoescape else str(sentence)) % values
        if len(sentences) < MOST_KEPT:
            sentences[key] = sentence
    return sentence if state.autoescape else str(sentence)


def init_app(app: Flask, babel: Babel) -> None:
    """Let ``babel`` of ``app`` and the templates remember."""
    babel.__dict__["domain_instance"] = RememberedDomain(domain=app.extensions["babel"].default_domain)
    app.jinja_env.globals["_"] = gettext_of_template
