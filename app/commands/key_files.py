"""The keys file: made, sealed for a second person, opened again on an empty machine.

An escrowed copy is the keys file under a drawn passphrase (scrypt, AES-GCM). File and passphrase belong
to two persons: each alone opens nothing.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import click
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

import config
from app.commands.output import print_json

PURPOSE = b"xieshou keys in escrow"
# Copied by hand from paper: no 0/o, 1/l/i; eight groups of four are 155 bits.
LETTERS, GROUPS = "abcdefghjkmnpqrstuvwxyz23456789", 8
COST = {"n": 2**16, "r": 8, "p": 1}


def write_private(path: Path, content: str) -> None:
    """Write a new file that only its owner reads. Raises ClickException where there is one already."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(content)
    except FileExistsError:
        raise click.ClickException(f"{path} is there already and is never written over") from None


@click.command("new-keys")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def new_keys(file: Path) -> None:
    """Draw fresh keys into FILE (mode 600), for an installation that has none yet."""
    write_private(file, json.dumps(config.new_secrets()))
    print_json(keys=file)


@click.command("seal-keys")
@click.argument("keys", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("sealed", type=click.Path(path_type=Path, dir_okay=False))
def seal_escrow(keys: Path, sealed: Path) -> None:
    """Seal a copy of the file KEYS into SEALED, and print the passphrase that opens it, this once.

    Give the file to one person and the passphrase, on paper, to another.
    """
    passphrase = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(GROUPS))
    write_private(sealed, json.dumps(seal(keys.read_bytes(), passphrase)))
    print_json(sealed=sealed, passphrase=passphrase)


@click.command("open-keys")
@click.argument("sealed", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("keys", type=click.Path(path_type=Path, dir_okay=False))
@click.password_option("--passphrase", envvar="XIESHOU_PASSPHRASE", confirmation_prompt=False)
def open_escrow(sealed: Path, keys: Path, passphrase: str) -> None:
    """Open the escrowed copy SEALED and put the keys file back at KEYS."""
    try:
        content = unseal(json.loads(sealed.read_text()), passphrase)
    except InvalidTag:
        raise click.ClickException("this passphrase does not open it, or the file is damaged") from None
    except (KeyError, ValueError, TypeError):
        raise click.ClickException(f"{sealed} is no sealed copy of keys") from None
    write_private(keys, content.decode())
    print_json(keys=keys)


def seal(content: bytes, passphrase: str) -> dict[str, Any]:
    """``content`` under ``passphrase``."""
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_key(passphrase, salt, COST)).encrypt(nonce, content, PURPOSE)
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return {"scrypt": COST} | {name: b64encode(part).decode() for name, part in parts.items()}


def unseal(kept: dict[str, Any], passphrase: str) -> bytes:
    """What :func:`seal` sealed. Raises InvalidTag for another passphrase or a damaged file."""
    salt, nonce, sealed = (b64decode(kept[name]) for name in ("salt", "nonce", "sealed"))
    return AESGCM(_key(passphrase, salt, kept["scrypt"])).decrypt(nonce, sealed, PURPOSE)


def _key(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    """As people type it: capitals, blanks and missing dashes do not matter."""
    letters = "".join(letter for letter in passphrase.lower() if letter.isalnum())
    return Scrypt(salt=salt, length=32, **cost).derive(letters.encode())
