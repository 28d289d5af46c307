"""How well the legal check reads phrasings it has never seen, and how long it takes: ``make bench-law``."""

import csv
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import models.posting_law
from models.posting_law import Floor, Posting, check_posting
from models.posting_law.doubts import machine_doubts
from tests.models.posting_law.unseen import SETS, look, phrasings

EXAMPLES = Path(models.posting_law.__file__).parent / "examples"
DAY, CITY, MINIMUM = date(2026, 10, 1), "440600", Floor(2080, "粤府函〔2026〕188号", True)


def report(name: str) -> list[str]:
    """Lines of a table: kind, phrasings, blocked, found by the rules, found with the machine's doubts."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    slips: list[str] = []
    for phrasing in phrasings(name):
        kind, outcome = phrasing.kind, look(name, phrasing)
        findings, doubts = outcome
        for row in {kind, "unlawful" if kind != "ok" else "ok"}:
            counts[row]["all"] += 1
            counts[row]["blocked"] += outcome.blocked
            counts[row]["rules"] += bool(findings)
            counts[row]["both"] += bool(findings or doubts)
        if (kind == "ok") == bool(findings or doubts) or (kind == "ok") == outcome.blocked:
            said = " ".join(f"{one.rule}:{one.level}[{one.passage}]" for one in [*findings, *doubts])
            slips.append(f"{kind}|{phrasing.text} -> {said or 'nothing'}")
    table = [
        f"{kind:10} {c['all']:4} {c['blocked']:4} {c['rules']:4} {c['both']:4}" for kind, c in counts.items()
    ]
    return [f"# {name}", *sorted(table), *_precision(counts), *slips]


def _precision(counts: dict[str, Counter[str]]) -> list[str]:
    unlawful, lawful = counts["unlawful"], counts["ok"]
    return [
        f"{name}: precision {unlawful[name] / (unlawful[name] + lawful[name]):.3f}"
        f" recall {unlawful[name] / unlawful['all']:.3f}"
        for name in ("blocked", "rules", "both")
    ]


def speed(texts: list[str]) -> str:
    """Milliseconds of processor time a posting, best of three."""
    machine_doubts(Posting("", texts[0], CITY, None, DAY), [])  # trains the classifier
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
    for name in SETS:
        print("\n".join(report(name)))
    print(speed(_whole_postings()))
