"""``make lint``: what looks like a secret in a file has been looked at (``.secrets.baseline``).

``--accept`` takes what is there now into the baseline; look at each first.
"""

import json
import multiprocessing
import subprocess
import sys
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.core import baseline
from detect_secrets.settings import configure_settings_from_baseline

BASELINE = Path(".secrets.baseline")


def _scan(names: list[str]) -> SecretsCollection:
    configure_settings_from_baseline(json.loads(BASELINE.read_text("utf-8")))
    secrets = SecretsCollection()
    for name in names:
        secrets.scan_file(name)
    return secrets


def main() -> int:
    """Return 1 if a file holds what looks like a secret and the baseline does not know it, else 0."""
    names = subprocess.check_output(["git", "ls-files"], text=True).splitlines()
    names = [name for name in names if Path(name).is_file()]
    scanned = SecretsCollection()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for part in pool.imap_unordered(_scan, [names[start::20] for start in range(20)]):
            for name, secret in part:
                scanned[name].add(secret)
    if "--accept" in sys.argv:
        _scan([])
        baseline.save_to_file(scanned, str(BASELINE))
        return 0
    new = scanned - baseline.load(baseline.load_from_file(str(BASELINE)))
    for name, secret in new:
        sys.stderr.write(f"{name}:{secret.line_number}: {secret.type}; take it out, or look and accept it\n")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
