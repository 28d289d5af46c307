"""The claim package (申报材料): the forms the county asks for, as workbooks in one archive; the payment file.

Which papers belong to it: 领取材料通用. Every cell a person typed is written as text (trust.md, T13).
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import day, percent, say, yuan
from app.kit.web.labels import label
from app.training.attendance.queries import table
from app.training.certification.queries import Graduate, certificates_of, graduates, outcomes
from app.training.classes.queries.people import learners
from app.training.classes.workbooks import write_roster
from app.training.subsidies.queries import lines_of, totals
from app.training.subsidies.rules import calculation_on_paper
from app.training.timetable.bulk_upload import write_timetable
from app.training.timetable.queries import lessons_of
from models.placement.placement import Evidence, FollowUp
from models.training.claim_paper import papers_of
from models.training.enrolment import Enrolment, EnrolmentState, Grade, Mark
from models.training.subsidy import TO_SCHOOL, Claim, ClaimLine, Scheme
from models.training.training_class import TrainingClass

Row = Sequence[Any]
LAST_MONTH = 6


def write_package(target: IO[bytes], session: Session, claim: Claim, today: date) -> None:
    """Write all papers of a claim into one .zip, numbered in the order of the application form."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, write) in enumerate(_papers(session, claim, today), 1):
            sheet = io.BytesIO()
            write(sheet)
            archive.writestr(f"{number:02d}-{name}.xlsx", sheet.getvalue())
        for place, paper in enumerate(papers_of(session, claim), len(archive.namelist()) + 1):
            archive.writestr(f"{place:02d}-{label(paper.kind)}.pdf", paper.content or b"")


def _papers(session: Session, claim: Claim, today: date) -> list[tuple[str, Callable[[IO[bytes]], None]]]:
    training_class = claim.training_class
    return [
        (_("职业培训补贴申请表"), _book(_application(session, claim, today))),
        (_("学员花名册"), lambda target: write_roster(target, learners(session, training_class), today)),
        (_("课程表"), lambda target: write_timetable(target, lessons_of(session, training_class.id))),
        (_("考勤表"), _book(_attendance(session, training_class, today))),
        (_("成绩册"), _book(_marks(session, training_class))),
        (_("证书清单"), _book(_certificates(session, training_class))),
        (_("就业凭证清单"), _book(_employment(session, training_class))),
        (_("补贴明细"), _book(_details(session, claim))),
    ]


def _book(page: Page) -> Callable[[IO[bytes]], None]:
    return lambda target: write_workbook(target, [page])


def application_rows(session: Session, claim: Claim, today: date) -> list[tuple[str, str]]:
    """The lines of the 职业培训补贴申请表: what, and how it stands."""
    training_class, whole = claim.training_class, outcomes(session, claim.training_class, today)
    rows = [
        (_("申报编号"), claim.number),
        (_("培训学校"), training_class.school.name),
        (_("班级编号"), training_class.number or _("未编号")),
        (_("班名"), training_class.name),
        (_("工种和等级"), f"{training_class.occupation_name} · {label(training_class.level)}"),
        (_("协议编号"), training_class.agreement.number),
        (_("订单企业"), training_class.enterprise.name),
        (
            _("开班到结束"),
            _("%(start)s 到 %(end)s", start=day(training_class.starts_on), end=day(training_class.ends_on)),
        ),
        (_("总课时"), _("%(n)s 课时", n=training_class.periods)),
        (
            _("人数"),
            _(
                "入班 %(all)s 人，结业 %(done)s 人，取证 %(papers)s 人，录用 %(jobs)s 人",
                all=whole.enrolled,
                done=whole.finished,
                papers=whole.certified,
                jobs=whole.placed,
            ),
        ),
        (_("满 6 个月就业率"), _rate_words(whole.rate(LAST_MONTH))),
    ]
    return rows + _money_rows(session, claim)


def _rate_words(rate: tuple[Fraction, Fraction] | None) -> str:
    """A rate as it is known: 60%, or from what to what it can be."""
    if rate is None:
        return _("未知")
    low, high = (percent(one) for one in rate)
    return low if low == high else _("%(low)s 到 %(high)s", low=low, high=high)


def _money_rows(session: Session, claim: Claim) -> list[tuple[str, str]]:
    sums = totals(lines_of(session, claim))
    rows = [
        (label(one.scheme), _("%(n)s 人，%(sum)s", n=one.people, sum=yuan(one.amount_fen))) for one in sums
    ]
    return [
        *rows,
        (_("合计"), yuan(sum(one.amount_fen for one in sums))),
        (_("收款户名"), claim.account_name),
        (_("收款账号"), claim.account_number or _("未知")),
        (_("开户银行"), claim.bank_name),
    ]


def _application(session: Session, claim: Claim, today: date) -> Page:
    columns = [Column(_("项目"), 20), Column(_("内容"), 60)]
    return Page(_("职业培训补贴申请表"), columns, application_rows(session, claim, today))


def _who(enrolment: Enrolment) -> list[Any]:
    return [enrolment.seat or "", enrolment.worker.name, enrolment.worker.id_last4]


def _person_columns() -> list[Column]:
    return [Column(_("座号"), 6), Column(_("姓名"), 14), Column(_("身份证号后四位"), 14)]


def _attendance(session: Session, training_class: TrainingClass, today: date) -> Page:
    attended = table(session, training_class.id, today)
    columns = [
        Column(_("座号"), 6),
        Column(_("姓名"), 14),
        Column(_("出勤"), 8),
        Column(_("课时"), 10),
        Column(_("天数"), 6),
    ]
    columns += [Column(f"{one.held_on:%m-%d} {one.starts:%H:%M}", 6) for one in attended.lessons]
    rows = [
        [
            row.seat or "",
            row.name,
            percent(row.sum.share),
            f"{row.sum.attended_periods}/{row.sum.held_periods}",
            row.sum.days,
            *(label(row.marks[one.id][0]) if one.id in row.marks else "" for one in attended.lessons),
        ]
        for row in attended.rows
    ]
    return Page(_("考勤表"), columns, rows)


def _marks(session: Session, training_class: TrainingClass) -> Page:
    columns = [
        *_person_columns(),
        Column(_("考核日期"), 12),
        Column(_("理论成绩"), 10),
        Column(_("实操成绩"), 10),
        Column(_("结果"), 12),
        Column(_("说明"), 40),
    ]
    rows = [
        [
            *_who(one),
            one.exam_on or "",
            _mark(one, one.theory),
            _mark(one, one.practice),
            label(one.state),
            one.outcome_note,
        ]
        for one in learners(session, training_class)
    ]
    return Page(_("成绩册"), columns, rows)


def _mark(enrolment: Enrolment, told: Mark | None) -> float | str:
    if told is not None:
        return label(told) if isinstance(told, Grade) else told
    return _("没有参加") if enrolment.state is EnrolmentState.FAILED else ""


def _certificates(session: Session, training_class: TrainingClass) -> Page:
    columns = [
        *_person_columns(),
        Column(_("证书编号"), 24),
        Column(_("工种"), 16),
        Column(_("等级"), 16),
        Column(_("发证机构"), 28),
        Column(_("发证日期"), 12),
        Column(_("吊销"), 20),
    ]
    rows = [
        [
            *_who(row.enrolment),
            row.number,
            row.occupation_name,
            label(row.level),
            row.issuer,
            row.issued_on,
            row.revoked_reason if row.revoked_at else "",
        ]
        for row in certificates_of(session, training_class).values()
    ]
    return Page(_("证书清单"), columns, rows)


def _employment(session: Session, training_class: TrainingClass) -> Page:
    columns = [
        *_person_columns(),
        Column(_("企业"), 28),
        Column(_("岗位"), 16),
        Column(_("录用日期"), 12),
        Column(_("到岗日期"), 12),
        Column(_("1 个月"), 24),
        Column(_("3 个月"), 24),
        Column(_("6 个月"), 24),
        Column(_("没有上岗的原因"), 30),
    ]
    return Page(_("就业凭证清单"), columns, [_employed(one) for one in graduates(session, training_class)])


def _employed(one: Graduate) -> Row:
    placement = one.placement
    if placement is None or placement.hired_on is None:
        return [*_who(one.enrolment), *[""] * 7, one.breach.reason if one.breach else ""]
    visits = {visit.months: _visit(visit) for visit in placement.follow_ups}
    return [
        *_who(one.enrolment),
        placement.order.enterprise.name,
        placement.order.title,
        placement.hired_on,
        placement.on_site_on or "",
        *(visits.get(months, "") for months in (1, 3, LAST_MONTH)),
        "",
    ]


def _visit(visit: FollowUp) -> str:
    if visit.outcome is None:
        return ""
    return f"{label(visit.outcome)} · {label(Evidence(visit.evidence))}"


def _details(session: Session, claim: Claim) -> Page:
    columns = [
        *_person_columns(),
        Column(_("补贴"), 16),
        Column(_("年度"), 8),
        Column(_("怎么算的"), 44),
        Column(_("金额（元）"), 12),
        Column(_("结果"), 10),
        Column(_("不补的理由"), 44),
    ]
    rows = [
        [
            *_who(line.enrolment),
            label(line.scheme),
            line.year,
            say(calculation_on_paper(line)),
            line.amount_fen / 100,
            _("不补") if line.refusal else _("补贴"),
            say(line.refusal) if line.refusal else "",
        ]
        for line in lines_of(session, claim)
    ]
    return Page(_("补贴明细"), columns, rows)


def write_payment_file(
    target: IO[bytes], session: Session, claim: Claim, struck: Sequence[ClaimLine] = ()
) -> None:
    """Write what the paying office needs: the school's account, and the learners for their 一卡通 accounts.

    The learners' account numbers are not in this system: their column stays empty, the card system finds them
    by the ID number.
    """
    lines = [line for line in lines_of(session, claim) if line.is_due]
    pages = [_to_school(claim, lines), _to_learners(lines)]
    write_workbook(target, [*pages, _struck(struck)] if struck else pages)


def _struck(lines: Iterable[ClaimLine]) -> Page:
    """Who was on the public list and is not paid, and why."""
    columns = [
        Column(_("姓名"), 14),
        Column(_("身份证后四位"), 14),
        Column(_("补贴"), 16),
        Column(_("金额（元）"), 12),
        Column(_("剔除的原因"), 60),
    ]
    rows = [
        [
            line.enrolment.worker.name,
            line.enrolment.worker.id_last4,
            label(line.scheme),
            line.amount_fen / 100,
            say(line.refusal) if line.refusal else "",
        ]
        for line in lines
    ]
    return Page(_("公示后剔除"), columns, rows)


def _to_school(claim: Claim, lines: Iterable[ClaimLine]) -> Page:
    fen = sum(line.amount_fen for line in lines if line.scheme in TO_SCHOOL)
    columns = [
        Column(_("收款户名"), 30),
        Column(_("收款账号"), 28),
        Column(_("开户银行"), 30),
        Column(_("金额（元）"), 14),
        Column(_("用途"), 40),
    ]
    use = f"{label(Scheme.TRAINING)} {claim.number}"
    return Page(
        _("拨给学校"), columns, [[claim.account_name, claim.account_number, claim.bank_name, fen / 100, use]]
    )


def _to_learners(lines: Iterable[ClaimLine]) -> Page:
    columns = [
        Column(_("收款人"), 14),
        Column(_("身份证号"), 22),
        Column(_("一卡通账号（本系统没有，请由一卡通系统填写）"), 40),
        Column(_("金额（元）"), 14),
    ]
    rows = [
        [line.enrolment.worker.name, line.enrolment.worker.id_number or "", "", line.amount_fen / 100]
        for line in lines
        if line.scheme is Scheme.LIVING
    ]
    return Page(_("拨给学员"), columns, rows)
