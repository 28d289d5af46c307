"""The keys: what seals personal numbers, and what makes them findable without opening them.

A sealed value is ``key id (1 byte) | nonce (12) | ciphertext``; the place (table.column) is authenticated
with it. Equal texts give different ciphertexts; equality is asked of :func:`digest`, an HMAC under a key of
its own, so that neither a stolen database nor a list of all possible ID numbers gives a number away.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class VaultLocked(RuntimeError):
    """No keys were configured, or the key that sealed a value is missing."""


@dataclass
class KeyRing:
    """Sealing keys (32 bytes each) by id 0-255, the id in use for new values, the key for digests, and the
    audit's keys by id (1 and up) with the one in use."""

    keys: dict[int, bytes]
    current: int
    digest_key: bytes
    audit_keys: dict[int, bytes] = field(default_factory=dict)
    audit_current: int = 0
    ciphers: dict[int, AESGCM] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise VaultLocked("the current key is not on the ring")
        self.ciphers = {number: AESGCM(key) for number, key in self.keys.items()}


_ring: KeyRing | None = None
_look_again: Callable[[], None] | None = None


def configure(ring: KeyRing) -> None:
    """Put ``ring`` in use for this process."""
    global _ring
    _ring = ring


def when_a_key_is_missing(look_again: Callable[[], None] | None) -> None:
    """Let ``look_again`` bring the ring up to date before a value is said not to open."""
    global _look_again
    _look_again = look_again


def ring() -> KeyRing:
    """The ring in use. Raises VaultLocked where there is none."""
    return _keys()


def _keys() -> KeyRing:
    if _ring is None:
        raise VaultLocked("no keys are configured")
    return _ring


def seal(data: bytes, place: str) -> bytes:
    """Encrypt ``data`` for ``place``."""
    ring = _keys()
    nonce = os.urandom(12)
    return bytes([ring.current]) + nonce + ring.ciphers[ring.current].encrypt(nonce, data, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """Decrypt what :func:`seal` made. Raises VaultLocked for an unknown key, InvalidTag for tampering."""
    ring = _keys()
    cipher = ring.ciphers.get(sealed[0])
    if cipher is None and _look_again is not None:
        _look_again()  # another process seals with a key that was drawn since this one started
        cipher = _keys().ciphers.get(sealed[0])
    if cipher is None:
        raise VaultLocked("the key that sealed this value is missing")
    return cipher.decrypt(sealed[1:13], sealed[13:], place.encode())


def audit_key_in_use() -> int:
    """The id of the key under which the audit goes on. Raises VaultLocked where there is none."""
    ring = _keys()
    if ring.audit_current not in ring.audit_keys:
        raise VaultLocked("there is no key for the audit: `make audit-key` puts one into the keys file")
    return ring.audit_current


def has_audit_key(key_id: int) -> bool:
    """Whether a key of the audit is on the ring."""
    return key_id in _keys().audit_keys


def audit_mac(data: bytes, key_id: int) -> str:
    """What only a holder of the audit's key could write under ``data`` (HMAC-SHA-256, 64 hex digits).

    Raises VaultLocked for a key that is not on the ring.
    """
    key = _keys().audit_keys.get(key_id)
    if key is None:
        raise VaultLocked(f"the audit's key {key_id} is missing")
    return hmac.digest(key, data, "sha256").hex()


def digest(text: str) -> str:
    """The keyed digest (64 hex digits) under which ``text`` can be looked up and be unique."""
    return hmac.new(_keys().digest_key, text.encode(), hashlib.sha256).hexdigest()
