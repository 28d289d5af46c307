"""What is assessed (粤办发〔2016〕32号 四、14; 东西部扶贫协作考核办法（试行）, 2017): versioned definitions.

A definition names its formula by key (app/reports/formulas), its unit, who reports it, what shows it, what is
counted once, and from which evidence on a row counts. A report freezes the versions it was counted by.
"""

import enum
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import Permission, Role, everything
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_
from models.reference.release import Released, RuleState, release_steps
from models.two_person_acts import INDICATOR_RELEASED
from models.types import EnumText
from models.workflow import Transition, Workflow


class Scheme(enum.StrEnum):
    """Which assessment: the document's, of five aspects, or the national one, of six."""

    DOCUMENT = "document"
    NATIONAL = "national"


SCHEME_LABELS = {Scheme.DOCUMENT: N_("省里的五个方面"), Scheme.NATIONAL: N_("国家的六个方面")}


class Aspect(enum.StrEnum):
    """The five of article 14, and those of the national six that are not among them."""

    POVERTY = "poverty"
    LABOUR = "labour"
    INDUSTRY = "industry"
    PEOPLE = "people"
    FUNDS = "funds"
    ORGANISATION = "organisation"
    COUNTIES = "counties"


ASPECT_LABELS = {
    Aspect.POVERTY: N_("减贫成效"),
    Aspect.LABOUR: N_("劳务协作"),
    Aspect.INDUSTRY: N_("产业合作"),
    Aspect.PEOPLE: N_("人才支援"),
    Aspect.FUNDS: N_("资金支持"),
    Aspect.ORGANISATION: N_("组织领导"),
    Aspect.COUNTIES: N_("携手奔小康"),
}
ASPECTS = {
    Scheme.DOCUMENT: (Aspect.POVERTY, Aspect.LABOUR, Aspect.INDUSTRY, Aspect.PEOPLE, Aspect.FUNDS),
    Scheme.NATIONAL: (
        Aspect.ORGANISATION,
        Aspect.PEOPLE,
        Aspect.FUNDS,
        Aspect.INDUSTRY,
        Aspect.LABOUR,
        Aspect.COUNTIES,
    ),
}


class FigureUnit(enum.StrEnum):
    """What is counted."""

    PEOPLE = "people"
    TIMES = "times"
    ENTERPRISES = "enterprises"
    WORKSHOPS = "workshops"
    CLASSES = "classes"
    PIECES = "pieces"
    FEN = "fen"


FIGURE_UNIT_LABELS = {
    FigureUnit.PEOPLE: N_("人"),
    FigureUnit.TIMES: N_("人次"),
    FigureUnit.ENTERPRISES: N_("家"),
    FigureUnit.WORKSHOPS: N_("个车间"),
    FigureUnit.CLASSES: N_("期"),
    FigureUnit.PIECES: N_("个"),
    FigureUnit.FEN: N_("元"),
}


class Reporter(enum.StrEnum):
    """Which end reports a figure."""

    RECIPIENT = "recipient"
    HELPER = "helper"
    BOTH = "both"


REPORTER_LABELS = {
    Reporter.RECIPIENT: N_("被帮扶的市州"),
    Reporter.HELPER: N_("帮扶市"),
    Reporter.BOTH: N_("两头"),
}
TYPED = "typed"


class Indicator(Released, Recorded, Base):
    """One version of one definition; of a key one version is in force on a day.

    ``document_aspect`` and ``national_aspect`` are None where the one or the other assessment does not ask
    for it; ``weight`` are the points of a score, 0 for a figure that is shown and not scored.
    ``least_evidence``: rows that are shown by less do not count (models.placement.placement.Evidence).
    ``entered``: an administrator wrote this version; others come with the platform.
    """

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("key", "version_number"),)

    key: Mapped[str] = mapped_column(String(40), index=True)
    version_number: Mapped[int] = mapped_column(default=1)
    state: Mapped[RuleState] = mapped_column(EnumText(RuleState), default=RuleState.DRAFT)
    name: Mapped[str] = mapped_column(String(60))
    formula: Mapped[str] = mapped_column(String(40))
    document_aspect: Mapped[Aspect | None] = mapped_column(EnumText(Aspect))
    national_aspect: Mapped[Aspect | None] = mapped_column(EnumText(Aspect))
    unit: Mapped[FigureUnit] = mapped_column(EnumText(FigureUnit))
    reporter: Mapped[Reporter] = mapped_column(EnumText(Reporter))
    evidence: Mapped[str] = mapped_column(String(120), default="")
    counted_once: Mapped[str] = mapped_column(String(120), default="")
    least_evidence: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int] = mapped_column(default=0)
    place: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    entered: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict.fromkeys(
        (Role.ADMIN, Role.PROVINCE, Role.PREFECTURE, Role.CITY, Role.AUDITOR), everything
    )

    def aspect(self, scheme: Scheme) -> Aspect | None:
        """Where it stands in one of the two assessments."""
        return self.document_aspect if scheme is Scheme.DOCUMENT else self.national_aspect

    @property
    def is_typed(self) -> bool:
        """Whether nothing of the platform counts it: it is told, with a document."""
        return self.formula == TYPED


def indicators_on(session: Session, day: date) -> Sequence[Indicator]:
    """The definitions in force on ``day``, in their order."""
    rows = (
        select(Indicator)
        .where(
            Indicator.state == RuleState.LIVE,
            Indicator.valid_from <= day,
            or_(Indicator.valid_to.is_(None), Indicator.valid_to >= day),
        )
        .order_by(Indicator.place, Indicator.key, Indicator.version_number)
    )
    return session.scalars(rows).all()


INDICATOR_WORKFLOW = Workflow(
    "indicator",
    EventTag.INDICATOR_ADVANCE,
    (
        *release_steps(Permission.INDICATOR_WRITE, Permission.INDICATOR_WRITE, INDICATOR_RELEASED),
        Transition(
            "discard",
            (RuleState.DRAFT, RuleState.PROPOSED),
            RuleState.RETIRED,
            Permission.INDICATOR_WRITE,
            N_("不改了"),
            asks_reason=True,
        ),
    ),
)
