"""An address of the machine's own loopback for each person at work: sign-ins are counted by address, and two
hundred people do not sit behind one.

Linux answers on all of 127.0.0.0/8.
"""

from itertools import count
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter

_numbers = count()


class _FromThere(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **settings)


def speak_from_an_own_address(session: Session) -> None:
    """Let ``session`` come from the next of 127.1.0.1, 127.1.0.2 and on; of 64,000 each is given once."""
    high, low = divmod(next(_numbers), 250)
    session.mount("http://", _FromThere(f"127.1.{high}.{low + 1}"))
