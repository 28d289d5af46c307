"""No test begins so late in China's day that it would end on the next: its "today" would be yesterday."""

import time
from datetime import timedelta

import pytest

from models.clock import china_now

# The longest story in a browser, and everything else, on a machine with company.
STORY_SECONDS, SECONDS = 300, 20


def left_of_the_day() -> float:
    """Seconds until midnight in China."""
    now = china_now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Wait for the new day where the old one is too short."""
    left = left_of_the_day()
    if left < (STORY_SECONDS if item.get_closest_marker("browser") else SECONDS):
        time.sleep(left + 1)
