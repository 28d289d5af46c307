"""The limited process itself: the file comes in on standard input, events go out on standard output."""

import sys
from collections.abc import Iterator
from typing import BinaryIO

from . import delimited, markup, workbook, xml2003
from .events import Event, Refused, write_events, write_refusal
from .sniff import kind_of

READERS = {
    "ooxml": workbook.read_ooxml,
    "ole": workbook.read_ole,
    "opendocument": workbook.read_opendocument,
    "html": markup.read,
    "mhtml": markup.read_single_file,
    "xml": xml2003.read,
    "text": delimited.read,
}


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
    return READERS[kind_of(file)](file)
