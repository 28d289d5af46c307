"""The token of a form, masked anew in each answer (docs/decisions/0022-compressed-pages.md).

Flask-WTF writes the same secret into every page of a session. Where pages are compressed, whoever can guess
at a text that stands in each of them may learn it letter by letter from lengths (BREACH): what is sent is
therefore combined with as many freshly drawn bytes, and means nothing twice.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes
from typing import Any

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect, _FlaskFormCSRF, generate_csrf


def form_token() -> str:
    """The token of this session for this answer."""
    plain: str = generate_csrf()
    kept: tuple[str, str] | None = g.get("masked_token")
    if kept is None or kept[0] != plain:  # of the session before: somebody just signed in
        kept = g.masked_token = plain, mask(plain)
    return kept[1]


def mask(plain: str) -> str:
    """``plain`` combined with a drawn key of its length, the key before it."""
    text = plain.encode()
    key = token_bytes(len(text))
    return urlsafe_b64encode(key + _combined(text, key)).decode()


def unmask(masked: str) -> str:
    """What was masked; "" for what no answer of ours can have held."""
    try:
        both = urlsafe_b64decode(masked.encode())
        half = len(both) // 2
        return _combined(both[half:], both[:half]).decode() if len(both) % 2 == 0 else ""
    except ValueError:
        return ""


def _combined(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


class FormGuard(CSRFProtect):
    """Flask-WTF's guard of every form, with masked tokens."""

    def init_app(self, app: Flask) -> None:
        """Let templates draw masked tokens."""
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = form_token
        app.context_processor(
            lambda: {"csrf_token": form_token}
        )  # after the library's own, which it replaces

    def _get_csrf_token(self) -> str:
        return unmask(super()._get_csrf_token() or "")


class MaskedFormCSRF(_FlaskFormCSRF):
    """The same for the field of a form; FormGuard has judged what came before any form looks at it."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        """Return the masked token."""
        return form_token()
