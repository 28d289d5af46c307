"""Which tests share a process, because they share something dear: a compile, a server, a database full of
people.

pytest-xdist would read marks for this (--dist loadgroup), but writes them where pytest 9 no longer looks.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# Where the name of a test begins like this, or holds this in brackets: the group. The rest run alone.
GROUPS = {
    "tests/matching/": "engine",  # on a clean clone it is compiled once, not in each process
    "tests/app/match_runs/": "engine",
    "tests/benchmarks/": "engine",
    "tests/app/commands/demo/": "demo",
    "tests/stories/test_every_page.py": "pages",
    "tests/stories/": "stories",  # with all that need PostgreSQL, which starts once for them
}


def group_of(nodeid: str) -> str:
    """Return the group of a test; its own name when it has none."""
    if "postgresql" in nodeid:
        return "stories"
    return next((group for start, group in GROUPS.items() if nodeid.startswith(start)), nodeid)


class Together(LoadScopeScheduling):
    """Hands out whole groups, the largest first, then one test after the other."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Have the tests of a group run in one process."""
    return Together(config, log)
