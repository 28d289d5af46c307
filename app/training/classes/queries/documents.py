"""The forms of a class as rows: on paper, and as workbooks that LibreOffice opens."""

from collections.abc import Iterable
from datetime import date
from typing import IO

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import age, day, standard
from app.kit.web.labels import label
from models.training.enrolment import Enrolment
from models.training.standards import Figure, class_figures
from models.training.subsidy import StandardName
from models.training.training_class import TrainingClass


def application_rows(session: Session, training_class: TrainingClass, today: date) -> list[tuple[str, str]]:
    """The lines of the 开班申请确认表: what, and how it stands."""
    rows = [
        (_("班级编号"), training_class.number or _("申请时编号")),
        (_("班名"), training_class.name),
        (_("培训学校"), training_class.school.name),
        (_("订单企业"), training_class.enterprise.name),
        (_("协议编号"), training_class.agreement.number),
        (_("工种和等级"), f"{training_class.occupation_name} · {label(training_class.level)}"),
        (
            _("学员人数"),
            _("%(n)s 人（名额 %(all)s 人）", n=training_class.enrolled, all=training_class.capacity),
        ),
        (
            _("总课时"),
            _(
                "%(n)s 课时，课程表已排 %(all)s 课时",
                n=training_class.periods,
                all=training_class.scheduled_periods,
            ),
        ),
        (
            _("开班到结束"),
            _("%(start)s 到 %(end)s", start=day(training_class.starts_on), end=day(training_class.ends_on)),
        ),
        (_("上课地点"), training_class.place),
        (_("班主任"), training_class.head_teacher or _("未定")),
    ]
    figures = class_figures(session, training_class, today)
    return rows + [(label(name), _shown(name, figure)) for name, figure in figures.items()]


def _shown(name: StandardName, figure: Figure) -> str:
    shown = standard(figure.value, name)
    return shown if figure.verified else _("%(figure)s（待核）", figure=shown)


def write_application(
    target: IO[bytes], session: Session, training_class: TrainingClass, today: date
) -> None:
    """Write the application as a workbook of two columns."""
    columns = [Column(_("项目"), 20), Column(_("内容"), 60)]
    write_workbook(
        target, [Page(_("开班申请确认表"), columns, application_rows(session, training_class, today))]
    )


def write_roster(target: IO[bytes], rows: Iterable[Enrolment], today: date) -> None:
    """Write the learners as a workbook; of the ID number the last four digits."""
    columns = [
        Column(_("座号"), 6),
        Column(_("姓名"), 14),
        Column(_("性别"), 6),
        Column(_("年龄"), 6),
        Column(_("身份证号后四位"), 14),
        Column(_("乡镇和村"), 26),
        Column(_("户编号"), 20),
        Column(_("状态"), 10),
        Column(_("本人签字"), 16),
    ]
    write_workbook(target, [Page(_("学员花名册"), columns, (_line(row, today) for row in rows))])


def _line(row: Enrolment, today: date) -> list[object]:
    worker = row.worker
    home = worker.household.code if worker.household else ""
    return [
        row.seat or "",
        worker.name,
        _("男") if worker.sex == "M" else _("女"),
        age(worker.birth_date, today),
        worker.id_last4,
        worker.township + worker.village,
        home,
        label(row.state),
        "",
    ]
