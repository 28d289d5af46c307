"""T12 and T21 of the trust page: the suite makes these attacks in part, here they are made whole.

500 hostile files are sent through the pages; an enterprise asks 200 adaptive questions in each of two worlds
that differ in what it must not learn.
"""

import os
import re
import subprocess
import sys
import time
from typing import NamedTuple

from drills.figures import SMALL, Figure, main
from tests.factories.stage import ROOT

PASSED = re.compile(r"\b\d+ (?:passed|failed|error)[^\n]*")


class Attack(NamedTuple):
    """Tests that make an attack whole when the environment says so by ``word``."""

    figure: str
    claim: str
    goal: str
    word: str
    tests: str


ATTACKS = (
    Attack(
        "T12",
        "hostile files, made and real ones spoilt, sent through the pages",
        "500 files, each read or refused in a sentence within 10 s; a reader at most 512 MiB",
        "HOSTILE",
        "tests/trust/test_hostile_files.py",
    ),
    Attack(
        "T21",
        "200 adaptive questions of an enterprise in each of two worlds that differ within a published band",
        "every answer the same in both",
        "ASKING",
        "tests/trust/test_asking_often.py",
    ),
)


def made(attack: Attack, database: str) -> Figure:
    """Make it; what its tests print is what was measured."""
    words = {"DATABASE": database} | ({} if os.environ.get(SMALL) else {attack.word: "whole"})
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", attack.tests]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | words, capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr, flush=True)
    counted = [line for line in done.stdout.splitlines() if "files;" in line or "asked" in line]
    ended = PASSED.findall(done.stdout)[-1:] or ["nothing ran"]
    measured = "; ".join([*counted, f"tests: {ended[0]}", f"{time.monotonic() - began:.0f} s"])
    is_met = done.returncode == 0 and "passed" in ended[0]
    return Figure(attack.figure, attack.claim, attack.goal, measured, is_met, database)


def run(database: str) -> list[Figure]:
    """Make all of them."""
    return [made(attack, database) for attack in ATTACKS]


if __name__ == "__main__":
    sys.exit(main(run))
