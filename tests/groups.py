"""Which tests share a process, because they share something dear: a compile, a server, a database full of
people; and in which order they are handed out.

A file's tests stay together, so that what it prepares once (``module`` fixtures, kept states of the database)
is prepared once, not in each process. pytest-xdist would read marks for larger groups (--dist loadgroup), but
writes them where pytest 9 no longer looks.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# Where the name of a test begins like this: the group.
GROUPS = {
    "tests/matching/": "engine",  # on a clean clone it is compiled once, not in each process
    "tests/app/match_runs/": "engine",
    "tests/app/api/test_main_journey.py": "engine",
    "tests/benchmarks/": "engine",
    "tests/app/commands/demo/": "demo",
    "tests/stories/test_browser.py": "platform",  # one served platform, what it is copied from, one Chromium
    "tests/stories/test_cooperation_story.py": "platform",
    "tests/stories/test_hukou_browser.py": "platform",
    "tests/stories/test_keyboard_day.py": "platform",
    "tests/stories/test_lists_browser.py": "platform",
    "tests/stories/test_monthly_roster.py": "platform",
    "tests/stories/test_training_browser.py": "platform",
    "tests/stories/test_search_box.py": "platform",
    "tests/stories/test_slow_line.py": "platform",
    "tests/stories/test_teachers_phone.py": "platform",
    "tests/stories/test_worker_journey.py": "platform",
}
# Among those, what is prepared together all the same: every sentence of the sources, eight seconds of them.
TOGETHER = ("tests/house/test_words.py",)
# Files whose tests prepare nothing together and take long: each test goes where there is time.
APART = (
    "tests/app/test_matrix.py",
    "tests/app/test_mass_assignment.py",
    "tests/house/",
    "tests/stories/test_training.py",
    "tests/stories/test_hukou.py",
    "tests/stories/test_main_job.py",
    "tests/trust/test_hostile_strings.py",
    "tests/trust/test_json_routes.py",
    "tests/trust/test_patterns.py",
    "tests/trust/test_replay.py",
)
# On a clean clone one process compiles the engine's kernels while the other does what needs none of them;
# both would compile the same, were a story or the crawl with its matching run the second to begin.
FIRST = ("demo", "engine")
# What takes longest (in seconds of processor) begins before the rest, or one process would be left alone with
# it.
LONG = {
    "platform": 50,
    "tests/stories/test_every_page.py": 35,
    "engine": 70,
    "demo": 40,
    "tests/app/workers/intake/test_undo.py": 15,
    "tests/stories/test_training.py": 15,
}
A_TEST = 0.15


def group_of(nodeid: str) -> str:
    """Return the group of a test: its file, where nothing else is said."""
    if nodeid.startswith(APART) and not nodeid.startswith(TOGETHER):
        return nodeid
    return next((group for start, group in GROUPS.items() if nodeid.startswith(start)), nodeid.split("::")[0])


def seconds_of(group: str, tests: int) -> float:
    """About how long a group takes; a file's figure holds for each of its tests that goes apart."""
    return LONG.get(group) or LONG.get(group.split("::")[0]) or tests * A_TEST


def rank_of(group: str, tests: int) -> tuple[int, float]:
    """What begins before others has the larger one."""
    return FIRST.index(group) + 1 if group in FIRST else 0, seconds_of(group, tests)


class Together(LoadScopeScheduling):
    """Hands out whole groups: the FIRST, then those that take longest."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        longest = max(self.workqueue, key=lambda group: rank_of(group, len(self.workqueue[group])))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Have the tests of a group run in one process."""
    return Together(config, log)
