"""T16 of the trust page: back up while people work, restore on an empty machine, and find everything again.

The restored platform holds every row, an unbroken audit and numbers that open; a machine without the escrowed
keys, or with a damaged file, refuses.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from drills.figures import Figure, main, size
from tests.factories.stage import ROOT

COUNTY, ANCHOR = "513431", "audit.anchor"
TO_CHECK = ("--county", COUNTY, "--purpose", "quality")
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


class Machine:
    """A machine of its own: an instance folder, and a database."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / name
        self.folder.mkdir()
        self.env = {**os.environ, "XIESHOU_ENV": "development", "XIESHOU_INSTANCE": str(self.folder)}
        self.env.pop("DATABASE_URL", None)
        if os.environ.get("DATABASE_URL") == "postgres":
            from tests.factories.databases import postgres_programs, postgres_url

            self.env |= {"DATABASE_URL": postgres_url(f"restore_{name}")}
            self.env["PATH"] = f"{postgres_programs()}{os.pathsep}{os.environ['PATH']}"

    def run(self, *words: str) -> tuple[int, dict[str, Any], str]:
        """Run a command; return its status, its JSON line, and what it complained of."""
        done = subprocess.run(
            [*FLASK, *words], env=self.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        lines = done.stdout.strip().splitlines()
        return (
            done.returncode,
            json.loads(lines[-1]) if done.returncode == 0 and lines else {},
            done.stderr[-300:],
        )

    def beside(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command and let it go on."""
        return subprocess.Popen([*FLASK, *words], env=self.env, cwd=ROOT, stdout=subprocess.DEVNULL)


class Escrow:
    """The keys under a passphrase: two persons keep them, one the file, one the passphrase."""

    def __init__(self, file: Path, machine: Machine) -> None:
        self.file = file
        _status, told, complaint = machine.run("seal-keys", str(machine.folder / "keys.json"), str(file))
        self.passphrase: str = told.get("passphrase", complaint)

    def open_on(self, machine: Machine, passphrase: str | None = None) -> int:
        """Put the keys back on another machine; the command's status."""
        machine.env["XIESHOU_PASSPHRASE"] = passphrase or self.passphrase
        return machine.run("open-keys", str(self.file), str(machine.folder / "keys.json"))[0]


def refusals(folder: Path, kept: Path, escrow: Escrow) -> dict[str, bool]:
    """Try what must not work: other keys, a damaged file, the sealed keys without their passphrase."""
    stranger, unlucky = Machine(folder, "stranger"), Machine(folder, "unlucky")
    guessed = escrow.open_on(unlucky, "aaaa-bbbb-cccc-dddd")
    escrow.open_on(unlucky)
    damaged = Path(shutil.copytree(kept, folder / "damaged"))
    file = next(path for path in damaged.iterdir() if path.suffix != ".json")
    file.write_bytes(file.read_bytes()[:-7] + b"damaged")
    return {
        "other_keys_refused": "keys in use" in stranger.run("restore", str(kept))[2],
        "passphrase_needed": guessed == 1,
        "damage_refused": "is damaged" in unlucky.run("restore", str(damaged))[2],
    }


def run(database: str) -> list[Figure]:
    """Back up, lose the machine, restore, look."""
    folder = Path(tempfile.mkdtemp(prefix="xieshou-restore-"))
    old, kept = Machine(folder, "old"), folder / "kept"
    old.run("seed-demo", "--workers", str(size(3000, 300)), "--orders", str(size(150, 20)))
    escrow = Escrow(folder / "keys.sealed", old)
    at_work = old.beside("match", "--county", COUNTY)
    began = time.monotonic()
    backup = old.run("backup", str(kept))
    backed_up = time.monotonic() - began
    at_work.wait(timeout=300)
    anchor = shutil.copy(old.folder / ANCHOR, folder / "anchor")  # it lies on another host
    shutil.rmtree(old.folder)
    new = Machine(folder, "new")
    shutil.copy(anchor, new.folder / ANCHOR)
    escrow.open_on(new)
    began = time.monotonic()
    restored = new.run("restore", str(kept))
    seconds = time.monotonic() - began
    works = {
        name: new.run(*words)[0] == 0
        for name, words in {
            "audit_whole": ("verify-audit",),
            "engine_runs": ("match", "--county", COUNTY),
            "numbers_open": (
                "export-workers",
                "--county",
                COUNTY,
                "--purpose",
                "quality",
                str(folder / "out.xlsx"),
            ),
        }.items()
    }
    shown = works | refusals(folder, kept, escrow)
    shutil.rmtree(folder)
    rows, rows_before = restored[1].get("rows"), backup[1].get("rows")
    whole = backup[0] == restored[0] == 0 and rows == rows_before and all(shown.values())
    broken = [name for name, is_so in shown.items() if not is_so]
    problem = (backup[2] + restored[2]).strip().replace("\n", " ")
    return [
        Figure(
            "T16",
            "backed up beside a running match, restored on an empty machine",
            "every row, audit whole, numbers open with the escrowed keys; others refused",
            f"{rows} of {rows_before} rows; backed up in {backed_up:.1f} s, restored in {seconds:.1f} s"
            + (f"; NOT: {', '.join(broken)} {problem}" if broken or not whole else ""),
            whole,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
