"""A gateway that speaks JSON over HTTPS, each request signed under a key that both sides hold.

    POST {url}            {"id": ..., "to": ..., "text": ...}
        -> {"id": the same, "state": "accepted"}
        -> {"id": the same, "state": "refused", "problem": one of PROBLEMS}
    POST {url}/receipts   {"ids": [...]}
        -> {"receipts": [{"id": ..., "state": "delivered" or "failed", "problem": ...}]}

Headers: ``Idempotency-Key`` (the id: what comes twice under one is sent once), ``X-Time`` (seconds since
1970), ``X-Signature`` (HMAC-SHA-256 over time, newline, body; hexadecimal). Redirects are not followed, and
an answer that does not name our id is no answer.
"""

import hmac
import http.client
import json
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from app.messages.gateways.gateway import Answer, GatewayClosed, Parcel, Receipt, Taken
from models.messages.reach import Why

TIMEOUT_SECONDS = 8.0
MOST_BYTES = 256 * 1024
PROBLEMS = {
    "no_such_number": Why.NO_SUCH_NUMBER,
    "switched_off": Why.SWITCHED_OFF,
    "blocked": Why.BLOCKED,
}
CLOSED = frozenset({401, 403, 404, 405, 429})


class HttpGateway:
    """One connection at a time, kept open between parcels."""

    name = "http"
    gives_receipts = True

    def __init__(self, url: str, key: bytes, timeout: float = TIMEOUT_SECONDS) -> None:
        self.address: SplitResult = urlsplit(url.rstrip("/"))
        self.key, self.timeout = key, timeout
        self.connection: http.client.HTTPConnection | None = None

    def hand_over(self, parcel: Parcel) -> Answer:
        """Ask the gateway to send one text message. Raises GatewayClosed."""
        said = self._ask(
            "",
            {"id": parcel.public_id, "to": parcel.number, "text": parcel.text},
            {"Idempotency-Key": parcel.public_id},
        )
        if said is None or said.get("id") != parcel.public_id:
            return Answer(Taken.UNCLEAR)
        if said.get("state") == "accepted":
            return Answer(Taken.YES)
        if said.get("state") == "refused":
            return Answer(Taken.REFUSED, PROBLEMS.get(str(said.get("problem")), Why.NOT_TAKEN))
        return Answer(Taken.UNCLEAR)

    def receipts(self, public_ids: Sequence[str]) -> Mapping[str, Receipt]:
        """Ask what became of text messages; what the answer says of others is not read."""
        said = self._ask("/receipts", {"ids": list(public_ids)}, {})
        rows = said.get("receipts") if said else None
        asked, known = set(public_ids), {}
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict) or row.get("id") not in asked:
                continue
            if row.get("state") == "delivered":
                known[row["id"]] = Receipt(True)
            elif row.get("state") == "failed":
                known[row["id"]] = Receipt(False, PROBLEMS.get(str(row.get("problem")), Why.NOT_TAKEN))
        return known

    def _ask(self, path: str, content: dict[str, Any], headers: dict[str, str]) -> dict[str, Any] | None:
        """The answer; None for one that is not understood, or that did not come in time."""
        body = json.dumps(content, ensure_ascii=False).encode()
        stamp = str(int(time.time()))
        signature = hmac.digest(self.key, stamp.encode() + b"\n" + body, "sha256").hex()
        signed = {"Content-Type": "application/json", "X-Time": stamp, "X-Signature": signature}
        try:
            connection = self._connected()
        except OSError as problem:
            self.close()
            raise GatewayClosed(type(problem).__name__) from problem
        try:
            connection.request("POST", self.address.path + path, body, signed | headers)
            reply = connection.getresponse()
            data, status = reply.read(MOST_BYTES + 1), reply.status
        except (OSError, http.client.HTTPException):  # asked, and no answer: it may have been taken
            self.close()
            return None
        if status in CLOSED or status >= 500:
            self.close()
            raise GatewayClosed(f"HTTP {status}")
        if status != 200 or len(data) > MOST_BYTES:
            self.close()
            return None
        try:
            said = json.loads(data)
        except ValueError:
            return None
        return said if isinstance(said, dict) else None

    def _connected(self) -> http.client.HTTPConnection:
        if self.connection is None:
            host, port = self.address.hostname or "", self.address.port
            if self.address.scheme == "https":
                safe = ssl.create_default_context()
                self.connection = http.client.HTTPSConnection(host, port, timeout=self.timeout, context=safe)
            else:
                self.connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
            self.connection.connect()
        return self.connection

    def close(self) -> None:
        """Let the connection go."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
