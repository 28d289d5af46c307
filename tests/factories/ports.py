"""A port for a server of a test."""

import os
import socket
from itertools import count

# Below what Linux gives to those who connect (32768 and above): between looking and taking, a browser's or a
# database's connection would sometimes have it. Each process begins somewhere else.
FIRST, PORTS = 20_000, 12_000
tried = count(os.getpid() * 97)


def free_port() -> int:
    """Return a port that nobody uses now."""
    while True:
        port = FIRST + next(tried) % PORTS
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
