"""Reports as the forms that offices send: title, unit, day, filled in by, checked by (domain.md 8)."""

from collections.abc import Sequence
from typing import IO

from flask_babel import gettext as _

from app.kit.files.form_sheet import FormSheet, write_form
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import day, percent, say
from app.kit.web.labels import label
from app.reports.formulas.question import PART_LABELS
from app.reports.rows import Line
from app.reports.sheets import ReportSheet, SheetLine


def title_of(sheet: ReportSheet) -> str:
    """佛山市—凉山彝族自治州东西部扶贫协作月报."""
    return _("%(pair)s东西部扶贫协作%(kind)s", pair=sheet.name, kind=label(sheet.report.kind))


def signed_lines(filler: str, checker: str) -> list[str]:
    """Who filled in, who checked; blank where nobody has yet."""
    return [_("填表人：%(name)s", name=filler), _("核对人：%(name)s", name=checker), _("单位盖章：")]


def write_report(target: IO[bytes], sheet: ReportSheet, filler: str, checker: str) -> None:
    """One sheet: figures down, the pair and its counties across."""
    heads = [
        _("方面"),
        _("指标"),
        _("单位"),
        _("合计"),
        _("占比"),
        _("未知"),
        _("全年要做到"),
        *sheet.county_names,
    ]
    write_form(
        target,
        [
            FormSheet(
                name=label(sheet.report.kind),
                title=title_of(sheet),
                above=[
                    _("填报单位：%(pair)s", pair=sheet.name),
                    _("截至日期：%(day)s", day=day(sheet.report.on)),
                    _("第 %(n)s 版 · %(state)s", n=sheet.report.number, state=label(sheet.report.state)),
                ],
                headings=heads,
                rows=[_cells(line) for line in sheet.lines],
                below=signed_lines(filler, checker),
                widths=[10, 26, 8, 12, 8, 8, 12],
                notes=[_("校验码：%(sum)s", sum=sheet.report.checksum)] if sheet.report.checksum else [],
                hidden=_("少于 10"),
            )
        ],
    )


def _cells(line: SheetLine) -> list[int | float | str | None]:
    one = line.indicator
    aspect = one.document_aspect or one.national_aspect
    return [
        label(aspect),
        _(one.name),
        label(one.unit),
        _told(line, line.value),
        percent(line.share) if line.whole else "",
        "" if line.unknown is None else line.unknown,
        "" if line.target is None else _told(line, line.target),
        *(_told(line, value) for value in line.by_county),
    ]


def _told(line: SheetLine, value: int | None) -> int | float | None:
    return value if value is None or line.divisor == 1 else value / line.divisor


def write_rows(target: IO[bytes], lines: Sequence[Line], names: dict[str, str], title: str) -> None:
    """The rows behind one figure; of those outside the reader's scope only the county and the part."""
    columns = [
        Column(_("县"), 16),
        Column(_("算不算"), 12),
        Column(_("姓名或名称"), 24),
        Column(_("说明"), 48),
    ]
    columns.append(Column(_("数"), 12))
    rows = [
        [
            names.get(line.county_code, line.county_code),
            _(PART_LABELS[line.part]),
            line.name or _("不在你的管辖范围"),
            say(line.what) if line.what else "",
            line.amount,
        ]
        for line in lines
    ]
    write_workbook(target, [Page(title, columns, rows)])
