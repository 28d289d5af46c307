"""The limited process itself: the file comes in on standard input, events go out on standard output.

The readers of all kinds are loaded by its warm parent, once.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import BinaryIO, cast

from .events import Event, Refused, write_events, write_refusal
from .sniff import kind_of

READERS = {
    "ooxml": ("workbook", "read_ooxml"),
    "ole": ("workbook", "read_ole"),
    "opendocument": ("workbook", "read_opendocument"),
    "html": ("markup", "read"),
    "mhtml": ("markup", "read_single_file"),
    "xml": ("xml2003", "read"),
    "text": ("delimited", "read"),
}


def warm() -> None:
    """Load what the kinds need, codecs too."""
    for module, _reader in READERS.values():
        import_module(f".{module}", __package__)
    for name in ("gb18030", "utf-16", "cp437"):
        b"".decode(name)


def main() -> None:
    """Read standard input and tell what is in it."""
    out = sys.stdout.buffer
    try:
        write_events(_events(sys.stdin.buffer), out)
    except Refused as refusal:
        write_refusal(refusal, out)
    except MemoryError:
        write_refusal(Refused("TOO_LARGE"), out)
    except (ValueError, OverflowError, UnicodeError):
        write_refusal(Refused("DAMAGED"), out)
    out.flush()


def _events(file: BinaryIO) -> Iterator[Event]:
    module, reader = READERS[kind_of(file)]
    return cast(Iterator[Event], getattr(import_module(f".{module}", __package__), reader)(file))
