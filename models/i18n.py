"""Marks Chinese words of the domain for translation, in rooms that know no web framework."""


def N_(text: str) -> str:
    """Return ``text`` unchanged; the catalogue finds it by this name, the application translates it."""
    return text
