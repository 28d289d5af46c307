"""A report as the table that is read, printed and sent: figures down, the pair and its counties across."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from app.reports.assessing import Targets, reached, targets
from app.reports.formulas import FORMULAS
from app.reports.overlaps import Shown
from app.reports.pairs import Pair, county_codes, pair_names
from app.reports.queries import definitions_of
from app.reports.rows import figures_shown
from models.i18n import Sentence
from models.published import published_parts
from models.reference.area import area_names
from models.reports.indicator import Aspect, FigureUnit, Indicator
from models.reports.report import Cell, Report

# Figures that are shares: of how many, and of how many nothing is known, stand beside them.
RATES = frozenset({"stayed3", "stayed6", "trained_finished", "lifted_in_year", "lifted_now"})


@dataclass(frozen=True)
class SheetLine:
    """One figure: ``value`` and those of the counties (None: hidden), its whole, its unknown, its plan."""

    indicator: Indicator
    value: int | None
    by_county: list[int | None]
    whole: int | None
    unknown: int | None
    target: int | None

    @property
    def share(self) -> Fraction | None:
        """Of the whole."""
        return Fraction(self.value, self.whole) if self.whole and self.value is not None else None

    @property
    def reached(self) -> Fraction | None:
        """Of the plan."""
        return None if self.value is None else reached(self.value, self.target)

    @property
    def divisor(self) -> int:
        """Money is kept in fen and told in yuan."""
        return 100 if self.indicator.unit is FigureUnit.FEN else 1


@dataclass(frozen=True)
class ReportSheet:
    """The table; ``name`` is the pair's."""

    report: Report
    name: str
    counties: list[str]
    county_names: list[str]
    lines: list[SheetLine]

    def of(self, aspect: Aspect) -> list[SheetLine]:
        """The lines of one aspect, in either assessment."""
        return [
            line
            for line in self.lines
            if aspect in (line.indicator.document_aspect, line.indicator.national_aspect)
        ]


def sheet_of(session: Session, report: Report, exact: bool) -> ReportSheet:
    """``exact``: small groups are told (models.published.sees_exact)."""
    pair = Pair(report.helper_code, report.recipient_code)
    counties = list(county_codes(session, pair))
    named = area_names(session, counties)
    plan = targets(session, report.on.year)
    definitions = definitions_of(session, report)
    shown = figures_shown(session, report, definitions, exact)
    lines = [_line(report, one, counties, plan, pair, shown.get(one.key, {}), exact) for one in definitions]
    return ReportSheet(
        report,
        pair_names(session, [pair])[pair],
        counties,
        [named.get(code, code) for code in counties],
        lines,
    )


def _line(
    report: Report,
    one: Indicator,
    counties: Sequence[str],
    plan: Targets,
    pair: Pair,
    shown: Shown,
    exact: bool,
) -> SheetLine:
    whole = report.figures.get(one.key, {}).get("", [0, 0, 0])
    is_rate = one.formula in RATES and shown.get("", 0) is not None and (exact or _parts_are_large(whole))
    by_county = (
        [] if FORMULAS[one.formula].subject == "told_figure" else [shown.get(code, 0) for code in counties]
    )
    return SheetLine(
        one,
        shown.get("", 0),
        by_county,
        whole[1] if is_rate else None,
        whole[2] if is_rate else None,
        plan.get((pair, one.key)),
    )


def _parts_are_large(cell: Cell) -> bool:
    """Whether of a rate neither who stayed, who left nor who is not known is few."""
    value, whole, unknown = cell
    parts = published_parts({"stayed": value, "left": max(0, whole - value - unknown), "unknown": unknown})
    return None not in parts.values()


def telegram(sheet: ReportSheet) -> list[Sentence]:
    """The text that offices send, out of the same figures; what is hidden stands as 少于 10 人."""
    told = {line.indicator.key: line for line in sheet.lines}

    def said(key: str) -> str | Sentence:
        line = told.get(key)
        if line is None:
            return Sentence("未知")
        return Sentence("少于 10") if line.value is None else f"{line.value // line.divisor:,}"

    names = ("year_province", "new_province", "at_work_province", "year_home", "year_elsewhere")
    labour = {name: said(name) for name in names}
    stay = told.get("stayed3")
    parts = [
        Sentence("%(pair)s，截至 %(day)s：", {"pair": sheet.name, "day": sheet.report.on}),
        Sentence(
            "今年累计帮助 %(year_province)s 人到结对省就业，其中新增 %(new_province)s 人，"
            "现在岗 %(at_work_province)s 人；"
            "省内就近就业 %(year_home)s 人，到其他地区 %(year_elsewhere)s 人。",
            labour,
        ),
        Sentence(
            "培训 %(people)s 人、%(times)s 人次，开班 %(classes)s 期。",
            {"people": said("trained_people"), "times": said("trained_times"), "classes": said("classes")},
        ),
        Sentence(
            "扶贫车间 %(workshops)s 个，吸纳 %(people)s 人。",
            {"workshops": said("workshops"), "people": said("workshop_people")},
        ),
    ]
    if stay is not None and stay.whole:
        kept = {"whole": f"{stay.whole:,}", "kept": said("stayed3"), "unknown": f"{stay.unknown:,}"}
        parts.append(Sentence("满三个月的 %(whole)s 人次中留下 %(kept)s，未知 %(unknown)s。", kept))
    parts.append(Sentence("脱贫：当年 %(n)s 人。", {"n": said("lifted_in_year")}))
    return parts
