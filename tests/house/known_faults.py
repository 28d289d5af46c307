"""``make lint``: no pinned package has a fault that is publicly known (pip-audit).

An index that answers no such questions (a mirror, no network) is told aloud: nothing was audited then, and
nothing is claimed.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PINNED = ("requirements.txt", "requirements-dev.txt")


def main() -> int:
    """Return 1 if a package has a known fault, else 0."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-f", "json"]
        command += ["--progress-spinner", "off", "-o", str(report)]
        for name in PINNED:
            command += ["-r", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not report.exists():
            sys.stderr.write(f"pip-audit did not run, NOTHING WAS AUDITED:\n{done.stderr[-500:]}\n")
            return 0
        packages = json.loads(report.read_text("utf-8"))["dependencies"]
    skipped = [one for one in packages if "skip_reason" in one]
    faulty = [one for one in packages if one.get("vulns")]
    for one in faulty:
        for fault in one["vulns"]:
            mended = ", ".join(fault["fix_versions"])
            sys.stderr.write(f"{one['name']} {one['version']}: {fault['id']}, mended in {mended}\n")
    audited = len(packages) - len(skipped)
    told = f"pip-audit: {audited} of {len(packages)} packages audited, {len(faulty)} faulty"
    sys.stdout.write(f"{told}{'; the index here knows no faults of the others' if skipped else ''}\n")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
