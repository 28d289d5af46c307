"""A reader's process: fresh for each file, alone with it, limited, and gone when nobody waits for it."""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import config
from app.kit.files import sandbox
from app.kit.files.sandbox import Killed, Limits, run
from tests.factories.watched_process import tree

LIMITS = Limits(512 * 1024**2, 2, 1024**2)
READER = """
import json, os, resource, sys, time
SEEN, LIMITED = [], ("AS", "CPU", "FSIZE", "CORE")
def main():
    asked = sys.stdin.buffer.read().decode()
    SEEN.append(asked)
    open_ones = [int(name) for name in os.listdir("/proc/self/fd")]
    told = {
        "pid": os.getpid(), "parent": os.getppid(), "seen": SEEN, "environment": dict(os.environ),
        "open": [one for one in open_ones if os.path.exists(f"/proc/self/fd/{one}")],
        "limits": [resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1] for name in LIMITED],
    }
    if asked == "sleep": time.sleep(60)
    if asked == "work":
        while True: pass
    if asked == "much": bytearray(2**30)
    if asked == "crash": os.abort()
    sys.stdout.write(json.dumps(told))
"""


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A reader of ours that tells what it sees; its warm parent ends with the test."""
    (tmp_path / "odd_reader.py").write_text(READER)
    monkeypatch.setattr(sandbox, "HERE", tmp_path)
    yield "odd_reader"
    if host := sandbox._hosts.pop("odd_reader", None):
        host.end()


def read(reader: str, text: str, limits: Limits = LIMITS) -> dict[str, Any]:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as spool:
        file.write(text.encode())
        file.seek(0)
        run(reader, file, spool, limits)
        spool.seek(0)
        told: dict[str, Any] = json.loads(spool.read())
        return told


def test_each_file_has_a_fresh_process_that_sees_that_file_alone(
    reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "key of the vault")
    many = [
        os.open(os.devnull, os.O_RDONLY) for _ in range(200)
    ]  # as a server has: the door's number is high
    one, other = read(reader, "one"), read(reader, "other")
    for descriptor in many:
        os.close(descriptor)
    assert one["pid"] != other["pid"]
    assert one["parent"] == other["parent"] == sandbox._hosts[reader].process.pid
    assert (one["seen"], other["seen"]) == (["one"], ["other"])
    assert "SECRET" not in one["environment"]
    assert other["open"] == [0, 1, 2]
    assert other["limits"] == [*LIMITS, 0]


@pytest.mark.parametrize(("asked", "died"), [("work", "time"), ("much", "other"), ("crash", "memory")])
def test_a_reader_that_dies_takes_nobody_along(
    reader: str, asked: str, died: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "CLOCK", 100.0)  # the suite's machine may be busy
    parent = read(reader, "before")["parent"]
    with pytest.raises(Killed, match=died):
        read(reader, asked, LIMITS._replace(seconds=1))
    assert read(reader, "after")["parent"] == parent


def test_whom_nobody_waits_for_any_longer_is_killed(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = read(reader, "before")["parent"]
    monkeypatch.setattr(sandbox, "CLOCK", 0.05)
    with pytest.raises(Killed, match="clock"):
        read(reader, "sleep")
    wait_until_alone(parent)
    monkeypatch.setattr(sandbox, "CLOCK", 12.0)
    assert read(reader, "after")["parent"] == parent


def wait_until_alone(parent: int) -> None:
    began = time.monotonic()
    while len(tree(parent)) > 1:
        assert time.monotonic() - began < 30
        time.sleep(0.01)


def test_a_warm_parent_that_was_killed_is_replaced(reader: str) -> None:
    parent = read(reader, "before")["parent"]
    os.kill(parent, signal.SIGKILL)
    assert read(reader, "after")["parent"] != parent


def test_who_finds_the_warm_parent_gone_lets_the_line_to_it_go(reader: str) -> None:
    read(reader, "before")
    process = sandbox._hosts[reader].process
    process.kill()
    process.wait()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert read(reader, "after")["parent"] != process.pid
        gc.collect()
    assert not [str(one.message) for one in told]


def test_no_warm_parent_outlives_its_process() -> None:
    program = (
        "from app.kit.files import sandbox, spreadsheet\n"
        "spreadsheet.open_workbook('姓名\\n阿木\\n'.encode()).close()\n"
        "print(sandbox._hosts['readers.spreadsheet.main'].process.pid, flush=True)\n"
        "import os, sys; sys.stdin.read() or os._exit(1)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=config.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        parent = int(process.stdout.readline())
        assert Path(f"/proc/{parent}").exists()
        process.kill()
        process.wait()
    began = time.monotonic()
    while Path(f"/proc/{parent}").exists():
        assert time.monotonic() - began < 30
        time.sleep(0.01)
