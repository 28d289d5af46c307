"""Sealed numbers: unreadable, bound to their place, findable only with the key."""

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask

from models import vault


@pytest.fixture(autouse=True)
def _keys(app: Flask) -> None:
    """The application put its keys in use."""


def test_equal_texts_give_different_ciphertexts() -> None:
    assert vault.seal(b"513431199005031234", "a.b") != vault.seal(b"513431199005031234", "a.b")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    sealed = vault.seal(b"513431199005031234", "worker.id_number")
    assert vault.unseal(sealed, "worker.id_number") == b"513431199005031234"
    with pytest.raises(InvalidTag):
        vault.unseal(sealed, "worker.phone")


def test_a_new_key_seals_and_the_old_one_still_opens(app: Flask) -> None:
    old = vault._keys()
    sealed = vault.seal(b"x", "a.b")
    try:
        vault.configure(vault.KeyRing({**old.keys, 2: b"k" * 32}, 2, old.digest_key))
        assert vault.unseal(sealed, "a.b") == b"x"
        assert vault.seal(b"x", "a.b")[0] == 2
        vault.configure(vault.KeyRing({2: b"k" * 32}, 2, old.digest_key))
        with pytest.raises(vault.VaultLocked):
            vault.unseal(sealed, "a.b")
    finally:
        vault.configure(old)


def test_digests_are_equal_for_equal_texts_only() -> None:
    assert vault.digest("1") == vault.digest("1") != vault.digest("2")
