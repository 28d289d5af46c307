"""A report and a told figure of each tenant of tests/factories/world.py."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.reports.report import PeriodKind, Report, ReportEnd
from models.reports.told_figure import FigurePurpose, ToldFigure

ON = date(2018, 3, 31)
HELD = ("year_province", "year_home")


def make_report_rows(session: Session, county: str, city: str) -> dict[str, int]:
    """A draft of the pair's month, and a figure with its paper."""
    prefecture = county[:4] + "00"
    rows: dict[str, Any] = {
        "report": Report(
            kind=PeriodKind.MONTH,
            first_on=ON.replace(day=1),
            on=ON,
            helper_code=city,
            recipient_code=prefecture,
            drafted_end=ReportEnd.RECIPIENT,
            figures={key: {"": [0, 0, 0]} for key in HELD},
            definitions=dict.fromkeys(HELD, 1),
        ),
        "told_figure": ToldFigure(
            key="funds_arrived",
            helper_code=city,
            recipient_code=prefecture,
            purpose=FigurePurpose.DONE,
            on=ON,
            amount=1,
            document="文",
            pages=1,
            digest="0" * 64,
            content=b"%PDF-",
        ),
    }
    session.add_all(rows.values())
    session.commit()
    return {kind: row.id for kind, row in rows.items()}
