"""Telling another system of changes: signed, in order, again after a failure, to nowhere else.

    POST {url}  {"events": [{"id": ..., "at": ..., "event": ..., "kind": ..., "row_id": ...}], "up_to": ...}

Headers: ``X-Time`` (seconds since 1970) and ``X-Signature`` (HMAC-SHA-256 over time, newline, body;
hexadecimal), as for our own text gateway. Any 2xx is a receipt. What comes twice has the same id.

Only https, only hosts that the machine's owner named (WEBHOOK_HOSTS), only addresses of the open net unless
he says otherwise (WEBHOOK_PRIVATE=1). The name is resolved once and that very address is connected to;
nothing is followed elsewhere, and of the answer only the status counts.
"""

import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 8.0
Resolve = Callable[[str, int], list[str]]


class NotTold(Exception):
    """The other side did not take it; ``args[0]`` is a short word for why."""


@dataclass(frozen=True)
class Allowed:
    """Where changes may be sent: ``hosts`` as ``name`` (port 443) or ``name:port``."""

    hosts: frozenset[str]
    private: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> "Allowed":
        """From the settings of the installation."""
        named = str(settings.get("WEBHOOK_HOSTS", "")).lower().split(",")
        return cls(
            frozenset(one.strip() for one in named if one.strip()), bool(settings.get("WEBHOOK_PRIVATE"))
        )

    def has(self, url: str) -> bool:
        """Whether ``url`` is an https address of a host that was named, and nothing but that."""
        try:
            address = urlsplit(url)
            port = address.port or 443
        except ValueError:
            return False
        host = (address.hostname or "").lower()
        is_plain = address.scheme == "https" and not address.username and not address.password
        is_shown = url.isascii() and url.isprintable() and " " not in url and not address.fragment
        named = {f"{host}:{port}", *([host] if port == 443 else [])}
        return is_plain and is_shown and bool(named & self.hosts)


def addresses_of(host: str, port: int) -> list[str]:
    """Where a name leads. Raises OSError."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class _To(http.client.HTTPSConnection):
    """A connection to one address, whose certificate must be that of the name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS, context=context)
        self.address, self.safe = address, context

    def connect(self) -> None:
        raw = socket.create_connection((self.address, self.port), TIMEOUT_SECONDS)
        self.sock = self.safe.wrap_socket(raw, server_hostname=self.host)


def tell(
    url: str,
    secret: str,
    content: object,
    allowed: Allowed,
    resolve: Resolve = addresses_of,
    context: ssl.SSLContext | None = None,
) -> None:
    """Send ``content``. Raises NotTold."""
    if not allowed.has(url):
        raise NotTold("not allowed")
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or 443
    body = json.dumps(content, ensure_ascii=False).encode()
    try:
        places = resolve(host, port)
    except OSError as problem:
        raise NotTold("no such host") from problem
    if not places or not all(_is_open(one, allowed) for one in places):
        raise NotTold("private address")
    connection = _To(host, port, places[0], context or ssl.create_default_context())
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request("POST", path, body, signed(secret, body, int(time.time())))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        raise NotTold(type(problem).__name__) from problem
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotTold(f"HTTP {status}")


def signed(secret: str, body: bytes, now: int) -> dict[str, str]:
    """The headers of ``body``."""
    signature = hmac.digest(secret.encode(), f"{now}\n".encode() + body, "sha256").hex()
    return {"Content-Type": "application/json", "X-Time": str(now), "X-Signature": signature}


def _is_open(place: str, allowed: Allowed) -> bool:
    address = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return allowed.private or (address.is_global and not address.is_multicast)
