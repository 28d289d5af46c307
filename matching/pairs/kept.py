"""What the processes of a cluster keep between tasks: contents by digest, each sent once."""

import pickle
from collections.abc import Callable
from typing import Any

from distributed import WorkerPlugin

# Of this process: digest -> content, and who asked for it to be kept.
_CONTENTS: dict[str, Any] = {}
_HOLDERS: dict[str, set[str]] = {}


class Keeper(WorkerPlugin):
    """Keeps one content in every process of a cluster, those that join later too, for one ``holder``.

    The scheduler sends it; processes that already keep the content unpack nothing.
    """

    def __init__(self, digest: str, holder: str, packed: bytes) -> None:
        self.digest, self.holder, self._packed = digest, holder, packed

    def setup(self, worker: Any) -> None:
        """Unpack and keep; dask calls this in every process."""
        packed, self._packed = self._packed, b""
        if self.digest not in _CONTENTS:
            _CONTENTS[self.digest] = pickle.loads(packed)  # noqa: S301 # nosec B301 - from our own client
        _HOLDERS.setdefault(self.digest, set()).add(self.holder)

    def teardown(self, worker: Any) -> None:
        """Let go; dask calls this when the holder does, and when a process ends."""
        holders = _HOLDERS.get(self.digest, set())
        holders.discard(self.holder)
        if not holders:
            _CONTENTS.pop(self.digest, None)
            _HOLDERS.pop(self.digest, None)


def run_part(part: Any, function: Callable[..., Any], digests: tuple[str, str]) -> tuple[Any, Any]:
    """One task: a part, with ``function(read, asked, part)`` of the two contents kept under the digests."""
    read, asked = (_CONTENTS[digest] for digest in digests)
    return part, function(read, asked, part)
