"""The file outbox: each text message is a sealed file, until `flask take-texts` hands it to a sender.

Telephone numbers lie nowhere in the clear: a file opens with the platform's keys only. 0600 in folders 0700,
gone after ``KEPT_DAYS``.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.messages.gateways.gateway import Answer, GatewayClosed, Parcel, Receipt, Taken
from models import vault

KEPT_DAYS = 7
PLACE = "sms_outbox"


class FileOutbox:
    """One file a text message, named by its public id: handed over twice, it lies there once."""

    name = "file"
    gives_receipts = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hand_over(self, parcel: Parcel) -> Answer:
        """Write the file, whole or not at all. Raises GatewayClosed where the disk refuses."""
        place = self.folder / parcel.public_id[:2]
        made, kept = place / f".{parcel.public_id}.{os.getpid()}", place / f"{parcel.public_id}.sealed"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            if not kept.exists():
                made.touch(mode=0o600)
                words = json.dumps(parcel._asdict(), ensure_ascii=False)
                made.write_bytes(vault.seal(words.encode(), PLACE))
                made.replace(kept)
        except OSError as problem:
            with suppress(OSError):
                made.unlink(missing_ok=True)
            raise GatewayClosed(type(problem).__name__) from problem
        return Answer(Taken.YES)

    def receipts(self, public_ids: Sequence[str]) -> Mapping[str, Receipt]:
        """Nobody tells a file what became of it."""
        return {}

    def take(self) -> Iterator[Parcel]:
        """Every text message that lies here; its file goes once the next is asked for. Who is killed in
        between gets it again, under the same public id."""
        for path in sorted(self.folder.glob("*/*.sealed")):
            with suppress(FileNotFoundError):  # another taker was faster
                yield Parcel(**json.loads(vault.unseal(path.read_bytes(), PLACE)))
                path.unlink()

    def clear(self, now: float | None = None) -> int:
        """Remove what nobody took within ``KEPT_DAYS``: how many."""
        oldest = (time.time() if now is None else now) - KEPT_DAYS * 86_400
        gone = 0
        for path in self.folder.glob("*/*.sealed"):
            with suppress(FileNotFoundError):  # a taker was faster
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    gone += 1
        return gone

    def close(self) -> None:
        """Nothing is kept open."""
