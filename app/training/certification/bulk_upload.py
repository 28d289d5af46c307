"""A class's spreadsheet of results: each row laid to its learner, kept for the preview; the class's
template."""

from collections.abc import Iterable
from typing import IO

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import columns_of
from app.kit.files.bulk_upload.reading import Line, Reading
from app.kit.files.spreadsheet import Page, write_workbook
from app.training.certification.columns import LAYOUTS, header_of
from app.training.certification.rules import classmates
from models.access import Actor
from models.i18n import Sentence
from models.training.certificate import ResultBatch, ResultKind
from models.training.enrolment import Enrolment
from models.training.training_class import TrainingClass
from models.training.training_order import SKILL_LEVEL_LABELS


def find_learners(
    session: Session, training_class: TrainingClass, lines: Iterable[Line], kind: ResultKind
) -> None:
    """Say of each line which learner of the class it means; seat, name and last four must agree."""
    learners = classmates(session, training_class)
    seen: dict[int, int] = {}
    for line in lines:
        found = _learner_of(line, learners, kind)
        if found is None:
            continue
        line.subject_id = found.id
        if found.id in seen:
            line.reject(
                header_of(kind, "name"), Sentence("和第 %(row)s 行是同一个人。", {"row": seen[found.id]})
            )
        seen.setdefault(found.id, line.row)


def _learner_of(line: Line, learners: list[Enrolment], kind: ResultKind) -> Enrolment | None:
    name, tail, seat = (line.cells.get(key, "") for key in ("name", "last4", "seat"))
    fitting = [
        one for one in learners if one.worker.name == name and tail.upper() in ("", one.worker.id_last4)
    ]
    if len(fitting) > 1 and seat:
        fitting = [one for one in fitting if str(one.seat) == seat]
    if len(fitting) != 1:
        sentence = (
            Sentence("班上有同名的人，请把身份证后四位填上。")
            if fitting
            else Sentence("这个人不在本班，请核对姓名和后四位。")
        )
        line.reject(header_of(kind, "name"), sentence)
        return None
    if seat and fitting[0].seat is not None and str(fitting[0].seat) != seat:
        line.reject(
            header_of(kind, "seat"),
            Sentence("%(name)s的座号是 %(seat)s。", {"name": name, "seat": fitting[0].seat}),
        )
    return fitting[0]


def keep(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    kind: ResultKind,
    filename: str,
    reading: Reading,
) -> ResultBatch:
    """Keep what was read until somebody confirms it."""
    batch = ResultBatch(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        kind=kind,
        user_id=actor.user_id,
        filename=filename,
    )
    return batches.keep(session, batch, reading)


def write_template(
    target: IO[bytes], training_class: TrainingClass, kind: ResultKind, learners: Iterable[Enrolment]
) -> None:
    """Write the class's workbook: its learners filled in, their results to be filled in."""
    rows = ([one.seat, one.worker.name, one.worker.id_last4] for one in learners)
    write_workbook(target, [Page(training_class.name, columns_of(LAYOUTS[kind], _choices), rows)])


def _choices(name: str) -> tuple[str, ...]:
    return tuple(_(word) for word in SKILL_LEVEL_LABELS.values()) if name == "level" else ()
