"""What the rows of a file or a form mean as marks and certificates, and every rule they break."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.cells import BadCell, read_day
from app.kit.files.bulk_upload.reading import Line
from app.training.certification.columns import header_of, read_level, read_mark
from app.training.certification.operations.certificates import Entry, entry_problem, taken, tidy_number, twice
from app.training.certification.operations.exams import Mark
from app.training.certification.operations.progress import holding
from app.training.certification.rules import classmates, exam_rules
from models.i18n import Sentence
from models.training.certificate import ResultKind
from models.training.training_class import TrainingClass

MARKS, CERTIFICATES = ResultKind.MARKS, ResultKind.CERTIFICATES


def _cell(line: Line, kind: ResultKind, name: str, read: Callable[[str], Any]) -> Any:
    """Read one cell; what cannot be read becomes a problem of the line."""
    try:
        return read(line.cells.get(name, ""))
    except BadCell as problem:
        line.reject(header_of(kind, name), problem.sentence)
        return None


def mark_of(line: Line) -> Mark | None:
    """Return the marks a line tells, or None with its problems noted."""
    if missing := [name for name in ("theory", "practice") if not line.cells.get(name)]:
        sentence = Sentence("理论和实操成绩都要填；没有参加写“缺考”。")
        line.reject(header_of(MARKS, missing[0]), sentence)
        return None
    before = len(line.problems)
    theory, practice = (_cell(line, MARKS, name, read_mark) for name in ("theory", "practice"))
    if len(line.problems) > before or line.subject_id is None:
        return None
    came = None not in (theory, practice)
    return Mark(line.subject_id, theory if came else None, practice if came else None)


def check_marks(session: Session, training_class: TrainingClass, lines: list[Line]) -> list[Mark]:
    """Note every problem of every line; return the marks of those without."""
    rules = exam_rules(session, training_class)
    learners = {one.id: one for one in classmates(session, training_class)}
    marks = []
    for line in lines:
        learner = learners.get(line.subject_id or 0)
        if learner and (sentence := rules.seat_problem(learner)):
            line.reject(header_of(MARKS, "name"), Sentence(sentence))
        mark = mark_of(line)
        if mark and not line.problems:
            marks.append(mark)
    return marks


def entry_of(line: Line, training_class: TrainingClass, today: date) -> Entry | None:
    """Return the certificate a line tells, or None with its problems noted; an empty level is the class's
    own."""
    before = len(line.problems)
    issued_on = _cell(line, CERTIFICATES, "issued_on", read_day)
    level = (
        _cell(line, CERTIFICATES, "level", read_level) if line.cells.get("level") else training_class.level
    )
    if len(line.problems) > before or line.subject_id is None:
        return None
    number, issuer = tidy_number(line.cells.get("number", "")), line.cells.get("issuer", "")[:100]
    return Entry(line.subject_id, number, level, issued_on, issuer)


def check_certificates(
    session: Session, training_class: TrainingClass, lines: list[Line], today: date
) -> list[Entry]:
    """Note every problem of every line; return the certificates of those without."""
    learners = {one.id: one for one in classmates(session, training_class)}
    have_one = holding(session, training_class)
    used = taken(session, [tidy_number(line.cells.get("number", "")) for line in lines])
    seen: set[str] = set()
    entries = []
    for line in lines:
        number = tidy_number(line.cells.get("number", ""))
        if sentence := used.get(number) or (twice(number) if number in seen else None):
            line.reject(header_of(CERTIFICATES, "number"), Sentence(sentence))
        seen.add(number)
        entry, learner = entry_of(line, training_class, today), learners.get(line.subject_id or 0)
        if entry and learner and (sentence := entry_problem(learner, entry, learner.id in have_one, today)):
            line.reject(header_of(CERTIFICATES, "name"), Sentence(sentence))
        if entry and not line.problems:
            entries.append(entry)
    return entries
