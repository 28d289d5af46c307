"""Reads the word lists of this room (``lexicon/*.toml``)."""

import tomllib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "lexicon"


@cache
def load_table(name: str) -> dict[str, str]:
    """The lists of ``lexicon/<name>.toml``: list name -> words parted by blanks.

    A ``[product.<name>]`` adds every ``first`` joined with every ``last`` to that list.
    """
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    for category, halves in table.pop("product", {}).items():
        made = [first + last for first in halves["first"].split() for last in halves["last"].split()]
        table[category] = " ".join([table.get(category, ""), *made])
    return table
