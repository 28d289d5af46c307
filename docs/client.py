"""A small client of the interface, of the standard library alone: copy it and go on from here.

    XIESHOU_URL=https://xieshou.example.gov.cn XIESHOU_TOKEN=xs_... python docs/client.py

prints the open orders of the account behind the token. The suite tries it (tests/app/api/test_client.py).
"""

import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

Answer = tuple[int, Mapping[str, str], bytes]
Open = Callable[[urllib.request.Request], Answer]
MOST_TRIES, LATER = 4, (429, 503)


class Refused(Exception):
    """The platform said no: ``status``, and ``errors`` as [{"field": ..., "reason": ...}]."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title')}")
        self.status, self.errors = status, problem.get("errors", [])


def over_the_net(request: urllib.request.Request) -> Answer:
    """Ask; an answer that says no is an answer, too."""
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (https, from the settings)
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


class Xieshou:
    """One account's interface. What is sent is sent again, under the same key, until it is answered."""

    def __init__(self, url: str, token: str, ask: Open = over_the_net, language: str = "zh") -> None:
        self.url, self.token, self.ask, self.language = url.rstrip("/"), token, ask, language

    def get(self, path: str, **query: Any) -> Any:
        """One answer: ``get("/orders", state="open")``."""
        told = {name: value for name, value in query.items() if value is not None}
        return self._asked("GET", path + (f"?{urllib.parse.urlencode(told)}" if told else ""), None, "")

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """All rows of a list, page by page."""
        after = query.pop("after", None)
        while True:
            page = self.get(path, after=after, **query)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def send(
        self, path: str, body: Mapping[str, Any] | None = None, key: str = "", method: str = "POST"
    ) -> Any:
        """Do something once. Keep ``key`` where your own program may die before the answer: the same key
        does the same thing no second time."""
        return self._asked(method, path, dict(body or {}), key or uuid4().hex)

    def _asked(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language}
        data = None
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
            data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)  # noqa: S310
        for tried in range(MOST_TRIES):
            try:
                status, told, answer = self.ask(request)
            except OSError:  # no answer: it may have been done, hence the same key
                if tried == MOST_TRIES - 1:
                    raise
                time.sleep(2**tried)
                continue
            if status not in LATER or tried == MOST_TRIES - 1:
                break
            time.sleep(min(int(told.get("Retry-After", "1")), 30))
        content = json.loads(answer)
        if status >= 400:
            raise Refused(status, content)
        return content


def is_from_xieshou(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether a webhook's request was signed with the key shown when its address was added, within the last
    five minutes."""
    at = headers.get("X-Time", "")
    signed = hmac.digest(secret.encode(), at.encode() + b"\n" + body, "sha256").hex()
    is_right = hmac.compare_digest(signed, headers.get("X-Signature", ""))
    return is_right and at.isdigit() and abs(now - int(at)) < 300


def main() -> None:
    """The open orders of the account."""
    platform = Xieshou(os.environ["XIESHOU_URL"], os.environ["XIESHOU_TOKEN"])
    for order in platform.pages("/orders", state="open"):
        sys.stdout.write(f"{order['id']}\t{order['title']}\t{order['places_left']}/{order['headcount']}\n")


if __name__ == "__main__":
    main()
