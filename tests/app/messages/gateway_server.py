"""A gateway on this machine, which can be told to fail in all the ways gateways fail."""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = b"k" * 40


class GatewayServer(ThreadingHTTPServer):
    """``sent``: text messages by id, each once; ``asked``: every request's id; ``mood``: how it behaves."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sent: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.mood = "well"
        self.refuses: dict[str, str] = {}
        self.news: dict[str, dict[str, str]] = {}
        self.forged = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sms"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GatewayServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = hmac.digest(KEY, self.headers["X-Time"].encode() + b"\n" + body, "sha256").hex()
        if not hmac.compare_digest(signed, self.headers["X-Signature"]):
            self.server.forged += 1
            return self._say(401, {})
        said = json.loads(body)
        return self._receipts(said) if self.path.endswith("/receipts") else self._take(said)

    def _take(self, said: dict[str, str]) -> None:
        server = self.server
        server.asked.append(said["id"])
        if server.mood == "down":
            return self._say(503, {})
        if problem := server.refuses.get(said["to"]):
            return self._say(200, {"id": said["id"], "state": "refused", "problem": problem})
        server.sent.setdefault(self.headers["Idempotency-Key"], said)
        if server.mood == "times out after accepting":
            self.close_connection = True
            return None
        if server.mood == "nonsense":
            return self._say(200, ["收到", said["to"]])
        if server.mood == "somebody else's":
            return self._say(200, {"id": "0" * 32, "state": "accepted"})
        if server.mood == "leads away":
            return self._say(302, {})
        return self._say(200, {"id": said["id"], "state": "accepted"})

    def _receipts(self, said: dict[str, Any]) -> None:
        rows = [{"id": one} | self.server.news[one] for one in said["ids"] if one in self.server.news]
        self._say(200, {"receipts": [*rows, {"id": "not ours", "state": "delivered"}, "x"]})

    def _say(self, status: int, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def gateway_server() -> Iterator[GatewayServer]:
    """Run it for a while."""
    server = GatewayServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
