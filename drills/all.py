"""The round of all drills (``make drill``): each a process, on each database it is for, one table at the end.

What a drill measured is kept in ``drill-results/`` (git-ignored) as soon as it ends: an interrupted round
goes on where it was, and what was not met is tried again. ``--fresh`` begins anew, ``--only NAME`` runs some,
``--small`` is a quick trial. The table of a round at full size goes into docs/trust.md. Exit status 1 unless
all are met.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from drills.figures import SMALL, Figure, table

ROOT = Path(__file__).resolve().parents[1]
KEPT, PAGE = ROOT / "drill-results", ROOT / "docs" / "trust.md"
BEGIN, END = "<!-- make drill -->", "<!-- end of make drill -->"
BOTH = ("sqlite", "postgresql")
HEADS = ("figure", "claim", "goal", "measured", "met", "database", "drill took", "date", "code", "machine")
# Processors that others used just before and after a drill: goals of time mean little beside them.
QUIET, LOOK_SECONDS = 0.3, 2.0


@dataclass(frozen=True)
class Drill:
    """A drill by the name of its module; ``figures`` are the ids it measures, ``minutes`` its most."""

    name: str
    figures: str
    databases: tuple[str, ...] = BOTH
    minutes: int = 60


DRILLS = (
    Drill("kill_import", "T8", minutes=30),
    Drill("kill_acts", "T8", minutes=30),
    Drill("lock", "T23", minutes=30),
    Drill("faults", "T9", minutes=15),
    Drill("replay", "T7", minutes=15),
    Drill("rotation", "T16", minutes=15),
    Drill("every_form", "T7", minutes=30),
    Drill("migrations", "T17", minutes=30),
    Drill("fund_books", "money", minutes=30),
    Drill("oversell", "T5", minutes=15),
    Drill("quota", "T5", minutes=15),
    Drill("double_claim", "T6", minutes=15),
    Drill("double_payment", "T6", minutes=15),
    Drill("audit_attack", "T11", minutes=15),
    Drill("audit_size", "T11", minutes=15),
    Drill("whole_attacks", "T12", ("sqlite",), minutes=30),
    Drill("sign_in", "T14", minutes=15),
    Drill("restore", "T16", minutes=15),
    Drill("production", "T24", minutes=30),
    Drill("upgrade", "T24", minutes=45),
    Drill("killed_worker", "T26", minutes=15),
    Drill("mutation", "mutation", ("sqlite",), minutes=60),
)


class Kept(NamedTuple):
    """A figure with the day, the code and the machine it was measured on, and how long its drill took."""

    figure: Figure
    day: str
    machine: str
    seconds: float | None
    code: str


class Turn(NamedTuple):
    """A drill on a database; ``file`` keeps what it measured."""

    drill: Drill
    database: str
    file: Path

    def kept(self) -> list[Kept]:
        """What an earlier run of this round measured; [] if it has not ended yet."""
        if not self.file.exists():
            return []
        told = json.loads(self.file.read_text("utf-8"))
        about = told["day"], told["machine"], told.get("seconds"), told.get("code", "")
        return [Kept(Figure(**one), *about) for one in told["figures"]]

    def is_done(self) -> bool:
        """Whether it has run in this round and met every figure."""
        return bool(kept := self.kept()) and all(one.figure.met for one in kept)

    def run(self) -> list[Kept]:
        """Run it as a process and keep what it measured, or that it did not end."""
        raw = self.file.with_suffix(".raw")
        raw.unlink(missing_ok=True)
        others, began = in_use(), time.monotonic()
        command = [sys.executable, "-m", f"drills.{self.drill.name}", "--into", str(raw)]
        ended = _ended(command, _environment(self.database), self.drill.minutes * 60, self.file)
        measured = json.loads(raw.read_text("utf-8")) if raw.exists() else [self._unfinished(ended)]
        raw.unlink(missing_ok=True)
        seconds, others = time.monotonic() - began, max(others, in_use())
        beside = f"; others used {others:.1f} processors" if others > QUIET else ""
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        told = {"figures": measured, "day": day, "machine": machine() + beside, "seconds": seconds}
        told["code"] = code()
        self.file.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
        return self.kept()

    def _unfinished(self, ended: str) -> dict[str, object]:
        log = f"{ended}; see drill-results/{self.file.stem}.log"
        return vars(Figure(self.drill.figures, self.drill.name, "runs to its end", log, False, self.database))


def _environment(database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | ({"DATABASE_URL": "postgres"} if database == "postgresql" else {})


def _ended(command: list[str], environment: dict[str, str], seconds: float, file: Path) -> str:
    """How the process ended. It is a group of its own: whatever it leaves running ends with it."""
    with file.with_suffix(".log").open("wb") as log:
        child = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
        try:
            return f"ended with {child.wait(timeout=seconds)}"
        except subprocess.TimeoutExpired:
            return f"not done after {seconds / 60:.0f} minutes"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def machine() -> str:
    """Processors and memory of this machine."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} × {names[0] if names else 'unknown'}, {memory:.0f} GiB"


def code() -> str:
    """The commit that is drilled, with a plus where files were changed since; "" outside a repository."""
    asked = ("git", "describe", "--always", "--dirty=+", "--exclude=*")
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def in_use() -> float:
    """How many processors are at work, seen for two seconds; asked while no drill runs, they are others'."""
    idle, whole = _ticks()
    time.sleep(LOOK_SECONDS)
    still_idle, still = _ticks()
    return (os.cpu_count() or 1) * (1 - (still_idle - idle) / max(1, still - whole))


def _ticks() -> tuple[int, int]:
    """Of all processors since the start: ticks at rest (idle, waiting for a disk), and all ticks."""
    spent = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return spent[3] + spent[4], sum(spent)


def turns(small: bool, only: list[str]) -> Iterator[Turn]:
    """Every drill on every database it is for."""
    for drill in DRILLS:
        for database in drill.databases if not only or drill.name in only else ():
            yield Turn(drill, database, KEPT / f"{drill.name}-{database}{'-small' if small else ''}.json")


def publish(rows: list[tuple[str, ...]], sentence: str) -> None:
    """Write the table and the sentence into docs/trust.md, between its markers."""
    page = PAGE.read_text("utf-8")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{sentence}\n\n{table(HEADS, rows)}\n{END}{after}", "utf-8")


def lines(turn: Turn) -> list[tuple[str, ...]]:
    """The lines of the table that a turn fills; one that was not run says so."""
    if kept := turn.kept():
        return [_row(one) for one in kept]
    unrun = turn.drill.figures, f"drills.{turn.drill.name}", "runs", "not run in this round", "**no**"
    return [(*unrun, turn.database, "", "", "", "")]


def _row(kept: Kept) -> tuple[str, ...]:
    figure = kept.figure
    return (
        figure.id,
        figure.claim,
        figure.goal,
        figure.measured,
        "yes" if figure.met else "**no**",
        figure.database,
        f"{kept.seconds:.0f} s" if kept.seconds else "not noted",
        kept.day,
        kept.code or "not noted",
        kept.machine,
    )


def summed(planned: list[Turn]) -> str:
    """What the round came to, in a sentence."""
    measured = [one for turn in planned for one in turn.kept()]
    met = sum(one.figure.met for one in measured)
    unrun = [f"{turn.drill.name} ({turn.database})" for turn in planned if not turn.kept()]
    seconds = sum(turn.kept()[0].seconds or 0 for turn in planned if turn.kept())
    return (
        f"{met} of {len(measured)} figures met; drills whose time was noted took {seconds / 60:.0f} minutes; "
        f"not run: {', '.join(unrun) or 'none'}."
    )


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget what this round has measured so far")
    parser.add_argument("--small", action="store_true", help="a quick trial: nothing is published")
    parser.add_argument("--only", action="append", default=[], choices=[drill.name for drill in DRILLS])
    return parser.parse_args()


def main() -> int:
    """Run the round."""
    given = _given()
    if given.small:
        os.environ[SMALL] = "1"
    KEPT.mkdir(exist_ok=True)
    planned = list(turns(given.small, given.only))
    if given.fresh or all(turn.is_done() for turn in turns(given.small, [])):
        for turn in planned:
            turn.file.unlink(missing_ok=True)
    for number, turn in enumerate(planned, 1):
        began = time.monotonic()
        again = not turn.is_done()
        kept = turn.run() if again else turn.kept()
        met = "met" if all(one.figure.met for one in kept) else "NOT MET"
        took = f"{time.monotonic() - began:.0f} s" if again else "from earlier in this round"
        print(f"[{number}/{len(planned)}] {turn.drill.name} on {turn.database}: {met}, {took}", flush=True)
    whole = list(turns(given.small, []))
    rows = [line for turn in whole for line in lines(turn)]
    print(table(HEADS, rows), summed(whole), sep="\n\n")
    if not given.small:
        publish(rows, summed(whole))
    return 0 if planned and all(turn.is_done() for turn in planned) else 1


if __name__ == "__main__":
    sys.exit(main())
