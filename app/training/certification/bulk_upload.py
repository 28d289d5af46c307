"""A class's spreadsheet of scores or certificates: laid to its learners, checked, kept, confirmed once."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import IO, TypeVar

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of, in_each_language, plain_header
from app.kit.files.bulk_upload.reading import Line, Readers, Reading, Sent, read
from app.kit.files.cells.amounts import Misread, exact_number
from app.kit.files.cells.cell import BadCell, Parsed, clean, plain
from app.kit.files.cells.dates import parse_day
from app.kit.files.cells.measures import SCORE
from app.kit.files.cells.people import parse_code, parse_id_or_tail, parse_name
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from app.kit.web.formatters import mark
from app.training.certification.operations import certificates, exams
from app.training.certification.operations.certificates import Entry, tidy_number
from app.training.certification.operations.exams import Scores
from app.training.certification.operations.progress import holding
from app.training.classes.queries import people
from models import vault
from models.access import Actor, Permission
from models.clock import day_of
from models.i18n import N_, Sentence
from models.people.identity import LENGTH
from models.people.name import name_key
from models.people.worker import Worker, numbers_of
from models.training.certificate import ResultBatch, ResultKind
from models.training.enrolment import GRADE_LABELS, Enrolment, Grade, Mark
from models.training.training_class import TrainingClass
from models.training.training_order import SKILL_LEVEL_LABELS, SkillLevel

Value = TypeVar("Value")
MARKS, CERTIFICATES = ResultKind.MARKS, ResultKind.CERTIFICATES
PERMISSION = {MARKS: Permission.EXAM_RECORD, CERTIFICATES: Permission.CERTIFICATE_ISSUE}
ABSENT = N_("缺考")
ABSENT_WORDS = {"缺", "未参加", "没有参加", "没有参加考核", "absent"}
PASSED_WORDS, FAILED_WORDS = {"合格", "及格", "通过"}, {"不合格", "不及格", "未通过", "没有通过"}
MOST_ROWS = 300
PERSON = (
    Heading("seat", N_("座号"), ("序号", "学号", "编号"), 8),
    Heading("name", N_("姓名"), ("学员姓名", "学员"), 12),
    Heading("last4", N_("身份证后四位"), ("后四位", "身份证号后四位"), 14),
)
SCORE_HINT = N_("0 到 100 分，或“合格”“不合格”；没有参加写“缺考”")
SCORES = (
    *PERSON,
    Heading("theory", N_("理论成绩"), ("理论", "理论分"), 12, SCORE_HINT),
    Heading("practice", N_("实操成绩"), ("实操", "技能", "技能成绩", "实操分"), 12, SCORE_HINT),
)
NUMBERS = (
    *PERSON,
    Heading("number", N_("证书编号"), ("证书号", "证书号码"), 24, N_("一个编号只能用一次")),
    Heading("level", N_("等级"), ("级别", "技能等级"), 18),
    Heading("issued_on", N_("发证日期"), ("发证时间", "颁发日期"), 14, N_("例如 2019-05-20")),
    Heading("issuer", N_("发证机构"), ("颁发机构", "评价机构"), 28),
)
LAYOUTS = {
    MARKS: Layout(
        SCORES, frozenset({"name", "theory", "practice"}), MOST_ROWS, filled=frozenset({"theory", "practice"})
    ),
    CERTIFICATES: Layout(NUMBERS, frozenset({"name", "number"}), MOST_ROWS, filled=frozenset({"number"})),
}
WHO = frozenset(heading.field for heading in PERSON)
NAMESAKES = Sentence("班上有同名的人，请把身份证后四位填上。")
STRANGER = Sentence("这个人不在本班，请核对姓名和后四位。")
BOTH_SCORES = Sentence("理论和实操成绩都要填；没有参加写“缺考”。")


def read_results(
    session: Session, training_class: TrainingClass, kind: ResultKind, data: bytes | Sent, today: date
) -> Reading:
    """Read and check a file of the class. Raises Unreadable."""
    reading = read(data, LAYOUTS[kind], readers=readers(today))
    find_learners(session, training_class, reading.lines, kind)
    if kind is MARKS:
        check_scores(session, training_class, reading.lines, today)
    else:
        check_certificates(session, training_class, reading.lines, today)
    return reading


def keep(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    kind: ResultKind,
    reading: Reading,
    filename: str,
    held_on: date | None = None,
) -> ResultBatch:
    """Keep what was read until it is confirmed."""
    batch = ResultBatch(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        kind=kind,
        user_id=actor.user_id,
        filename=filename,
        held_on=held_on,
    )
    return batches.keep(session, batch, reading)


def readers(today: date) -> Readers:
    """How the columns of either sheet are read."""
    return {
        "name": parse_name,
        "last4": partial(parse_id_or_tail, today=today),
        "theory": parse_score,
        "practice": parse_score,
        "number": parse_code,
        "issued_on": parse_day,
    }


def confirm(session: Session, actor: Actor, batch: ResultBatch, now: datetime) -> int:
    """Write the good rows by the rules of this moment; returns how many.

    Raises TransitionRefused the second time or when a rule is broken.
    """
    lines, training_class, today = batches.confirm_once(batch, now).good, batch.training_class, day_of(now)
    if batch.kind is MARKS:
        scores, held_on = [one for line in lines if (one := scores_of(line))], batch.held_on or today
        return exams.record_scores(
            session, actor, training_class, scores, held_on, today, file=batch.filename
        )
    entries = [entry for line in lines if (entry := entry_of(line, training_class))]
    return len(certificates.issue(session, actor, training_class, entries, now))


def write_template(
    target: IO[bytes], training_class: TrainingClass, kind: ResultKind, learners: Iterable[Enrolment]
) -> None:
    """Write the class's workbook: its learners filled in, their results to be filled in."""
    rows = ([one.seat, one.worker.name, one.worker.id_last4] for one in learners)
    write_workbook(target, [Page(training_class.name, columns_of(LAYOUTS[kind], _choices), rows)])


def _choices(name: str) -> tuple[str, ...]:
    return tuple(_(word) for word in SKILL_LEVEL_LABELS.values()) if name == "level" else ()


# --- whom a row means -----------------------------------------------------------------------------------


def find_learners(
    session: Session, training_class: TrainingClass, lines: Iterable[Line], kind: ResultKind
) -> None:
    """Lay each line to the learner of the class it means; seat, name and last four must agree."""
    learners = people.learners(session, training_class)
    seen: dict[int, int] = {}
    for line in lines:
        if WHO & _refused(line, kind):
            continue
        learner = _learner_of(line, learners, kind)
        if learner is None:
            continue
        line.subject_id = learner.id
        if learner.id in seen:
            _reject(line, kind, "name", Sentence("和第 %(row)s 行是同一个人。", {"row": seen[learner.id]}))
        seen.setdefault(learner.id, line.row)


def _learner_of(line: Line, learners: list[Enrolment], kind: ResultKind) -> Enrolment | None:
    name, tail, seat = (line.cells.get(key, "") for key in ("name", "last4", "seat"))
    fitting = [one for one in learners if _is_same(one.worker, name, tail)]
    if len(fitting) > 1 and seat:
        fitting = [one for one in fitting if str(one.seat) == seat]
    if len(fitting) != 1:
        _reject(line, kind, "name", NAMESAKES if fitting else STRANGER)
        return None
    learner = fitting[0]
    if seat and learner.seat is not None and str(learner.seat) != seat:
        _doubt_seat(line, kind, Sentence("%(name)s的座号是 %(seat)s。", {"name": name, "seat": learner.seat}))
    return learner


def _is_same(worker: Worker, name: str, number: str) -> bool:
    """Whether name and number, or its last four, or no number at all, are the person's."""
    if name_key(worker.name) != name_key(name):
        return False
    if len(number) == LENGTH:
        return vault.digest(number) in numbers_of(worker)
    return number in ("", worker.id_last4)


def _doubt_seat(line: Line, kind: ResultKind, sentence: Sentence) -> None:
    """Another seat refuses a row told by its name alone; where the number agrees it is their own count."""
    if line.cells.get("last4"):
        line.warnings.append(sentence)
    else:
        _reject(line, kind, "seat", sentence)


def _refused(line: Line, kind: ResultKind) -> set[str]:
    """The fields whose cells could not be read, under whatever heading the file has them."""
    if not line.problems:
        return set()
    known = LAYOUTS[kind].known()
    return {known.get(plain_header(problem.header), "") for problem in line.problems}


def _reject(line: Line, kind: ResultKind, name: str, sentence: Sentence) -> None:
    line.reject(LAYOUTS[kind].header_of(name), sentence)


# --- what a row of a file or a form means, and every rule it breaks -------------------------------------


def check_scores(
    session: Session, training_class: TrainingClass, lines: list[Line], today: date
) -> list[Scores]:
    """Note every problem of every line; the scores of those without."""
    rules = exams.exam_rules(session, training_class, today)
    learners = {one.id: one for one in people.learners(session, training_class)}
    good = []
    for line in lines:
        learner = learners.get(line.subject_id or 0)
        if learner and (sentence := rules.learner_refusal(learner)):
            _reject(line, MARKS, "name", sentence)
        scores = scores_of(line)
        if scores and not line.problems:
            good.append(scores)
    return good


def scores_of(line: Line) -> Scores | None:
    """The scores a line tells, or None with its problems noted."""
    if missing := [name for name in ("theory", "practice") if not line.cells.get(name)]:
        _reject(line, MARKS, missing[0], BOTH_SCORES)
        return None
    theory, practice = (_cell(line, MARKS, name, read_score) for name in ("theory", "practice"))
    if {"theory", "practice"} & _refused(line, MARKS) or line.subject_id is None:
        return None
    came = None not in (theory, practice)
    return Scores(line.subject_id, theory if came else None, practice if came else None)


def check_certificates(
    session: Session, training_class: TrainingClass, lines: list[Line], today: date
) -> list[Entry]:
    """Note every problem of every line; the certificates of those without."""
    learners = {one.id: one for one in people.learners(session, training_class)}
    have_one = holding(session, training_class)
    used = certificates.taken(session, [_number(line) for line in lines])
    seen: set[str] = set()
    good = []
    for line in lines:
        number = _number(line)
        if twice := used.get(number) or (certificates.typed_twice(number) if number in seen else None):
            _reject(line, CERTIFICATES, "number", twice)
        seen.add(number)
        entry, learner = entry_of(line, training_class), learners.get(line.subject_id or 0)
        if entry and learner:
            refusal = certificates.entry_refusal(learner, entry, learner.id in have_one, today)
            if refusal:
                _reject(line, CERTIFICATES, "name", refusal)
        if entry and not line.problems:
            good.append(entry)
    return good


def entry_of(line: Line, training_class: TrainingClass) -> Entry | None:
    """The certificate a line tells, or None with its problems noted; an empty level is the class's own."""
    before, number, issuer = len(line.problems), _number(line), line.cells.get("issuer", "")[:100]
    issued_on = _cell(line, CERTIFICATES, "issued_on", _read_day)
    if issued_on is None and "issued_on" not in _refused(line, CERTIFICATES):
        _reject(line, CERTIFICATES, "issued_on", Sentence("没有填发证日期。"))
    level = (
        _cell(line, CERTIFICATES, "level", read_level) if line.cells.get("level") else training_class.level
    )
    if len(line.problems) > before or line.subject_id is None or issued_on is None or level is None:
        return None
    return Entry(line.subject_id, number, level, issued_on, issuer)


def _number(line: Line) -> str:
    return tidy_number(line.cells.get("number", ""))


def _cell(line: Line, kind: ResultKind, name: str, read_text: Callable[[str], Value]) -> Value | None:
    """Read one cell; what cannot be read becomes a problem of the line, once."""
    if name in _refused(line, kind):
        return None
    try:
        return read_text(line.cells.get(name, ""))
    except BadCell as problem:
        _reject(line, kind, name, problem.sentence)
        return None


def parse_score(cell: Cell) -> Parsed:
    """A mark as the preview shows it, or why it is none."""
    try:
        told = read_score(clean(cell))
    except BadCell as problem:
        return Parsed(error=problem.sentence)
    return Parsed(mark(told, _(ABSENT)))


def read_score(text: str) -> Mark | None:
    """Read a mark: 85, 85分, 59.5, 合格; None for a learner who did not come. Raises BadCell."""
    said, told = plain(text), in_each_language(lambda: (_(ABSENT), *map(_, GRADE_LABELS.values())))
    absent, passed, failed = ({plain(word) for word in words} for words in zip(*told, strict=True))
    if said in absent | ABSENT_WORDS:
        return None
    if said in passed | PASSED_WORDS:
        return Grade.PASSED
    if said in failed | FAILED_WORDS:
        return Grade.FAILED
    points = _points(text)
    if points is None or points > exams.FULL_SCORE or points * 100 % 1:
        raise BadCell(
            Sentence("“%(text)s”不是 0 到 100 的分数，也不是“合格”“不合格”或“缺考”。", {"text": text[:20]})
        )
    return float(points)


def _points(text: str) -> Decimal | None:
    try:
        return exact_number(text, SCORE)
    except Misread:
        return None


def _read_day(text: str) -> date | None:
    day: date | None = parse_day(text).read()
    return day


def read_level(text: str) -> SkillLevel:
    """Read a level by its word in any language or a part of it: 五级, 初级工. Raises BadCell."""
    said = in_each_language(lambda: [(_(word).lower(), level) for level, word in SKILL_LEVEL_LABELS.items()])
    plain = text.lower()
    near = {
        level for words in said for word, level in words if text and (plain in word or plain == level.value)
    }
    if len(near) == 1:
        return near.pop()
    allowed = [Sentence(word) for word in SKILL_LEVEL_LABELS.values()]
    sentence = Sentence("“%(text)s”不是等级，请填：%(allowed)s。", {"text": text[:20], "allowed": allowed})
    raise BadCell(sentence)
