"""How well the legal check reads phrasings it has never seen, and how long it takes: ``make bench-law``."""

import csv
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import models.posting_law
from models.posting_law import Finding, Floor, Level, Posting, check_posting
from models.posting_law.doubts import machine_doubts

EXAMPLES = Path(models.posting_law.__file__).parent / "examples"
FIRST_SEEN = Path(__file__).parent.parent / "tests" / "models" / "posting_law" / "first_seen.txt"
DAY, CITY, MINIMUM = date(2026, 10, 1), "440600", Floor(2080, "粤府函〔2026〕188号", True)


def phrasings(path: Path) -> list[tuple[str, str]]:
    """(kind, text) of every line "kind|text"; the kind of a lawful one is "ok"."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        (kind, text) for line in lines if not line.startswith("#") for kind, _, text in [line.partition("|")]
    ]


def look(text: str) -> tuple[list[Finding], list[Finding]]:
    """What the rules find, and what the machine doubts besides."""
    posting = Posting("", text, CITY, None, DAY)
    findings = check_posting(posting, lambda city, day: MINIMUM)
    return findings, machine_doubts(posting, findings)


def report(path: Path) -> list[str]:
    """Lines of a table: kind, phrasings, blocked, found by the rules, found with the machine's doubts."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    slips: list[str] = []
    for kind, text in phrasings(path):
        findings, doubts = look(text)
        blocked = any(finding.level is Level.BLOCK for finding in findings)
        for name in {kind, "unlawful" if kind != "ok" else "ok"}:
            counts[name]["all"] += 1
            counts[name]["blocked"] += blocked
            counts[name]["rules"] += bool(findings)
            counts[name]["both"] += bool(findings or doubts)
        if (kind == "ok") == bool(findings or doubts) or (kind == "ok") == blocked:
            said = " ".join(f"{one.rule}:{one.level}[{one.passage}]" for one in [*findings, *doubts])
            slips.append(f"{kind}|{text} -> {said or 'nothing'}")
    table = [
        f"{kind:10} {c['all']:4} {c['blocked']:4} {c['rules']:4} {c['both']:4}" for kind, c in counts.items()
    ]
    return [*sorted(table), *_precision(counts), *slips]


def _precision(counts: dict[str, Counter[str]]) -> list[str]:
    unlawful, lawful = counts["unlawful"], counts["ok"]
    return [
        f"{name}: precision {unlawful[name] / (unlawful[name] + lawful[name]):.3f}"
        f" recall {unlawful[name] / unlawful['all']:.3f}"
        for name in ("blocked", "rules", "both")
    ]


def speed(texts: list[str]) -> str:
    """Milliseconds of processor time a posting, best of three."""
    look(texts[0])
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(3):
        started = time.process_time()
        checked = [
            (text, check_posting(Posting("", text, CITY, None, DAY), lambda c, d: MINIMUM)) for text in texts
        ]
        times["rules"].append(time.process_time() - started)
        started = time.process_time()
        for text, findings in checked:
            machine_doubts(Posting("", text, CITY, None, DAY), findings)
        times["machine"].append(time.process_time() - started)
    return ", ".join(
        f"{name} {min(took) / len(texts) * 1000:.2f} ms a posting" for name, took in times.items()
    )


def _whole_postings() -> list[str]:
    with (EXAMPLES / "phrasings_whole.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row["text"] for row in csv.DictReader(line for line in handle if not line.startswith("#"))]
    return ["\n".join(rows[at : at + 8]) for at in range(0, len(rows), 8)]


if __name__ == "__main__":
    print("\n".join(report(FIRST_SEEN)))
    print(speed(_whole_postings()))
