"""Reads the word lists of this room (``lexicon/*.toml``)."""

import tomllib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "lexicon"


@cache
def load_table(name: str) -> dict[str, str]:
    """The lists of ``lexicon/<name>.toml``: list name -> words parted by blanks."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
