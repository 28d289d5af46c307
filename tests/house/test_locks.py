"""What is pinned in one lock file is pinned in those that build on it.

``make setup-dev`` installs one file and takes the application's own as installed: a package added to
requirements.txt alone would be missing from every machine that only ever ran ``make test``.
"""

import re
from pathlib import Path

import pytest

import config

PINNED = re.compile(r"^([\w.-]+==\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=(\S+)")


def read(name: str) -> tuple[set[str], set[str]]:
    """Return what a lock file pins: the packages with their versions, and the hashes."""
    text = Path(config.ROOT, name).read_text()
    return set(PINNED.findall(text)), set(HASH.findall(text))


def wanted(name: str) -> set[str]:
    """Return the names a ``.in`` file asks for itself, as PyPI writes them."""
    lines = Path(config.ROOT, name).read_text().splitlines()
    names = (re.match(r"[\w.-]+", line) for line in lines if not line.startswith(("#", "-")))
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        ("requirements.txt", "requirements-cluster.txt"),
        ("requirements-cluster.txt", "requirements-dev.txt"),
        ("requirements-dev.txt", "requirements-mutation.txt"),
    ],
)
def test_a_larger_lock_pins_what_the_smaller_one_pins(smaller: str, larger: str) -> None:
    packages, hashes = read(smaller)
    more_packages, more_hashes = read(larger)
    assert packages
    assert not packages - more_packages
    assert not hashes - more_hashes


@pytest.mark.parametrize("name", ["", "-cluster", "-dev", "-mutation"])
def test_what_is_asked_for_is_pinned(name: str) -> None:
    packages, _ = read(f"requirements{name}.txt")
    assert not wanted(f"requirements{name}.in") - {package.partition("==")[0] for package in packages}
