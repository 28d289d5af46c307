"""Codes that the program speaks and no person should read: states, events, rights, columns, reasons."""

import re
import sys
from functools import cache
from html import unescape
from io import BytesIO

from openpyxl import load_workbook
from werkzeug.test import TestResponse

from models.base import Base
from models.event_tags import PAYLOAD_KEYS, EventTag
from models.permissions import Permission
from models.workflow import Workflow
from tests.house.test_words import enumerations

# A Latin word by itself: no file name, address, account or part of a longer one.
WORD = re.compile(r"(?<![\w.@/%+*-])[a-z][a-z_]*(?::[a-z_]+)?(?![\w.@/-])")
UNSEEN = re.compile(r"<(script|style|svg|textarea)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SPOKEN = re.compile(r"""\b(?:aria-label|title|placeholder|data-label|alt)="([^"]*)\"""")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def codes() -> frozenset[str]:
    """Every code of the models, with the names of their columns."""
    values = {str(one.value) for kind in enumerations() for one in kind}
    events = {event for flow in workflows() for event in flow.by_event}
    tables = Base.metadata.tables
    columns = {column.name for table in tables.values() for column in table.columns}
    known = {*values, *events, *columns, *tables, *EventTag, *Permission, *PAYLOAD_KEYS}
    return frozenset(code for code in map(str, known) if WORD.fullmatch(code))


def workflows() -> list[Workflow]:
    """Every workflow of the models."""
    modules = [module for name, module in sys.modules.items() if name.startswith("models.")]
    return [one for module in modules for one in vars(module).values() if isinstance(one, Workflow)]


def codes_in(answer: TestResponse) -> set[str]:
    """The codes a reader would see on a page, hear from it, or find in the cells of a file."""
    return codes() & set(WORD.findall(text_of(answer)))


def text_of(answer: TestResponse) -> str:
    """What a page or a workbook says."""
    if answer.mimetype == SHEET:
        book = load_workbook(BytesIO(answer.data), read_only=True)
        cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        return "\n".join(map(str, [*book.sheetnames, *cells]))
    if answer.mimetype != "text/html":
        return ""
    page = UNSEEN.sub(" ", answer.get_data(as_text=True))
    return unescape(" | ".join([*SPOKEN.findall(page), re.sub(r"<[^>]*>", " ", page)]))
