"""What a sheet says of somebody whom no list has: the home county, and how the person agreed to it."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.layout import in_each_language
from app.kit.files.cells.cell import tidy
from models.placement.leaving import CHANNEL_LABELS, Channel
from models.reference.area import Area
from models.reference.dated_fact import ProgrammeCounty


def counties_by_name(session: Session) -> dict[str, str]:
    """The code of each county of the programme, by its name with and without 县, 市 or 区, and by itself."""
    rows = session.execute(
        select(Area.name, Area.code).where(Area.code.in_(select(ProgrammeCounty.area_code)))
    ).all()
    short = {name[:-1]: code for name, code in rows if len(name) > len("大关")}
    return short | dict(rows) | {code: code for _name, code in rows}


def county_said(counties: Mapping[str, str], text: str) -> str | None:
    """The county of 昭觉县, 昭觉, 凉山州昭觉县 or 513431; None where it is none of the programme."""
    return next((counties[name] for name in (text, text.rpartition("州")[2]) if name in counties), None)


def channel_of(text: str) -> Channel | None:
    """How somebody agreed, in every language; None where the words name no way."""
    labels = in_each_language(lambda: {_(word): channel for channel, word in CHANNEL_LABELS.items()})
    return next((one[tidy(text)] for one in labels if tidy(text) in one), None)
