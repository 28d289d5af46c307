"""The warm parent of a reader: it has the reader's code loaded and lets a fresh process begin from there for
each file (app/kit/files/sandbox.py).

It opens no file and holds no key: it started with an empty environment, hands three descriptors on to the
child, and tells how the child ended. Whoever asked and does not wait any longer closes the line; the child is
killed then, as are all when the door closes.
"""

import gc
import os
import resource
import selectors
import signal
import socket
import struct
import sys
from collections.abc import Callable
from importlib import import_module

# Asked: bytes of address space, seconds of processor, bytes of output; with the file, the spool, the line.
ASKED = struct.Struct("=3Q")
# Told: status, seconds of processor, most memory (KiB).
TOLD = struct.Struct("=idQ")
Lines = dict[int, socket.socket]


def main() -> None:
    """``root module door``: serve until the door is closed."""
    root, module, door = sys.argv[1:]
    sys.path.append(root)
    reader = import_module(module)
    getattr(reader, "warm", lambda: None)()
    gc.freeze()
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: whoever holds the door decides
    _serve(socket.socket(fileno=int(door)), reader.main)


def _serve(door: socket.socket, read: Callable[[], None]) -> None:
    lines: Lines = {}
    ended, bell = socket.socketpair()
    bell.setblocking(False)
    ended.setblocking(False)
    signal.set_wakeup_fd(bell.fileno())
    with selectors.DefaultSelector() as waiting:
        waiting.register(door, selectors.EVENT_READ)
        waiting.register(ended, selectors.EVENT_READ)
        while True:
            for key, _events in waiting.select():
                if key.fileobj is door:
                    if not _begin(door, read, lines, waiting):
                        return
                elif key.fileobj is ended:
                    ended.recv(4096)
                    _tell(lines, waiting)
                elif key.data in lines:  # nobody waits for it any longer
                    waiting.unregister(key.fileobj)
                    os.kill(key.data, signal.SIGKILL)


def _begin(
    door: socket.socket, read: Callable[[], None], lines: Lines, waiting: selectors.BaseSelector
) -> bool:
    """Let a child read what is asked for; False where the door was closed."""
    asked, handed, *_rest = socket.recv_fds(door, ASKED.size, 3)
    if not asked:
        for number in lines:
            os.kill(number, signal.SIGKILL)
        return False
    number = os.fork()
    if not number:
        _read(read, ASKED.unpack(asked), handed)
    lines[number] = socket.socket(fileno=handed.pop())
    waiting.register(lines[number], selectors.EVENT_READ, number)
    for descriptor in handed:
        os.close(descriptor)
    return True


def _read(read: Callable[[], None], limits: tuple[int, ...], handed: list[int]) -> None:
    """The child: from here on it holds the file and the spool, and no other descriptor but the null one."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(handed[0], 0)
        os.dup2(handed[1], 1)
        # The door, too: it keeps the number it had with whoever opened it.
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        for what, most in zip(("AS", "CPU", "FSIZE", "CORE"), (*limits, 0), strict=True):
            resource.setrlimit(getattr(resource, "RLIMIT_" + what), (most, most))
        sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
        read()
        sys.stdout.flush()
        status = 0
    finally:
        os._exit(status)


def _tell(lines: Lines, waiting: selectors.BaseSelector) -> None:
    """Tell of every child that has ended."""
    while lines:
        number, status, used = os.wait4(-1, os.WNOHANG)
        if not number:
            return
        line = lines.pop(number)
        if line in waiting.get_map():
            waiting.unregister(line)
            seconds = used.ru_utime + used.ru_stime
            line.send(TOLD.pack(os.waitstatus_to_exitcode(status), seconds, used.ru_maxrss))
        line.close()


if __name__ == "__main__":
    main()
