"""Why a test in a browser needed a second try: a fault of the browser and one of ours look alike."""

import pytest


def tell_first_tries(reporter: pytest.TerminalReporter) -> None:
    """Say of each test that was tried again what its first try broke on, and after how many seconds."""
    for report in reporter.stats.get("rerun", []):
        crash = getattr(report.longrepr, "reprcrash", None)
        why = crash.message if crash else str(report.longrepr)
        told = " ".join(why.split())[:600]
        reporter.write_line(f"first try of {report.nodeid}, {report.duration:.1f} s: {told}")
        entries = getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", [])
        places = [entry.reprfileloc for entry in reversed(entries) if getattr(entry, "reprfileloc", None)]
        if places:
            reporter.write_line("  " + " < ".join(f"{place.path}:{place.lineno}" for place in places))
