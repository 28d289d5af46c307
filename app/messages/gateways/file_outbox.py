"""The file outbox: each text message is a file, for a program of the office's own that sends and removes it.

What is written here holds telephone numbers in the clear: files 0600 in folders 0700, gone after
``KEPT_DAYS``.
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.messages.gateways.gateway import Answer, GatewayClosed, Parcel, Receipt, Taken

KEPT_DAYS = 7


class FileOutbox:
    """One file a text message, named by its public id: handed over twice, it lies there once."""

    name = "file"
    gives_receipts = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hand_over(self, parcel: Parcel) -> Answer:
        """Write the file, whole or not at all. Raises GatewayClosed where the disk refuses."""
        place = self.folder / parcel.public_id[:2]
        made = place / f".{parcel.public_id}.{os.getpid()}"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            if not (place / f"{parcel.public_id}.json").exists():
                made.touch(mode=0o600)
                made.write_text(json.dumps(parcel._asdict(), ensure_ascii=False), encoding="utf-8")
                made.replace(place / f"{parcel.public_id}.json")
        except OSError as problem:
            with suppress(OSError):
                made.unlink(missing_ok=True)
            raise GatewayClosed(type(problem).__name__) from problem
        return Answer(Taken.YES)

    def receipts(self, public_ids: Sequence[str]) -> Mapping[str, Receipt]:
        """Nobody tells a file what became of it."""
        return {}

    def clear(self, now: float | None = None) -> int:
        """Remove what has lain for longer than ``KEPT_DAYS``: how many."""
        oldest = (time.time() if now is None else now) - KEPT_DAYS * 86_400
        gone = 0
        for path in self.folder.glob("*/*.json"):
            with suppress(FileNotFoundError):  # the office's program was faster
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    gone += 1
        return gone

    def close(self) -> None:
        """Nothing is kept open."""
