"""A keys file that is changed while the platform runs: every process takes the new keys by itself."""

import logging
import threading
import time
from dataclasses import replace
from pathlib import Path

from flask import Flask

import config
from models import vault

log = logging.getLogger(__name__)
LOOK_SECONDS = 2.0


class KeyWatch:
    """Looks at the keys file every two seconds at most, and at once where a key is missing."""

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, threading.Lock()
        self.seen, self.looked_at = self._mark(), time.monotonic()

    def look(self) -> None:
        """Before a request: has the file changed?"""
        if time.monotonic() - self.looked_at >= LOOK_SECONDS:
            self.look_now()

    def look_now(self) -> None:
        """Take the sealing keys of a changed file; a file that cannot be read leaves those in use."""
        with self.lock:
            self.looked_at = time.monotonic()
            mark = self._mark()
            if mark is None or mark == self.seen:
                return
            try:
                keys, current = config.sealing_keys(self.path)
                # What digests, signs and anchors stays: it was read at the start and never changes.
                vault.configure(replace(vault.ring(), keys=keys, current=current))
            except (OSError, ValueError, KeyError, vault.VaultLocked) as problem:
                log.error("the changed keys file cannot be used: %s", type(problem).__name__)
                return
            self.seen = mark
            log.warning("the keys file has changed: new values are sealed with key %s", current)

    def _mark(self) -> tuple[int, int] | None:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_ino, state.st_mtime_ns


def init_app(app: Flask) -> None:
    """Watch from now on, in requests and wherever something does not open."""
    if app.testing:
        return  # tests put rings of their own in use
    watch = KeyWatch(app.config["KEYS_FILE"])
    app.extensions["key_watch"] = watch
    vault.when_a_key_is_missing(watch.look_now)
    app.before_request(watch.look)
