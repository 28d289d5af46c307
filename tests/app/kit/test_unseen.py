"""Many rows written at once to whoever looks, while SQLite's writer is held for a moment at a time."""

import sqlite3
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.kit import slices, unseen
from app.kit.unseen import MARK, write_unseen
from models.access import SYSTEM
from models.audit import AuditEvent, record
from models.care import Care, CareKind, CareNote
from models.event_tags import EventTag
from models.i18n import Sentence
from models.reference.area import Area
from models.user import User
from models.workflow import TransitionRefused
from tests.factories.people import FOSHAN, make_user

GONE = Sentence("不在了")


@pytest.fixture
def clerk(session: Session) -> int:
    return make_user(session).id


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Two rows a slice; what is put in here is done after the slices, one after each."""
    acts: list[Callable[[], object]] = []
    monkeypatch.setattr(unseen, "FIRST", 2)
    monkeypatch.setattr(slices, "LEAST", 2)
    monkeypatch.setattr(slices, "MOST", 2)
    monkeypatch.setattr(slices.time, "sleep", lambda seconds: acts.pop(0)() if acts else None)
    return acts


def elsewhere(session: Session, statement: str) -> list[tuple[object, ...]]:
    """What somebody else's statement answers; it waits for nobody."""
    other = sqlite3.connect(session.get_bind().url.database, timeout=0, isolation_level=None)
    try:
        return other.execute(statement).fetchall()
    finally:
        other.close()


def looked_after(session: Session, clerk: int) -> Callable[[Sequence[int], None], list[int]]:
    """An act that makes rows which know each other's numbers, asks for what it wrote, and is audited."""

    def write(subjects: Sequence[int], _nothing: None) -> list[int]:
        made = []
        for subject in subjects:
            care = Care(office=FOSHAN, kind=CareKind.ORDER, subject_id=subject)
            session.add(care)
            session.flush()
            session.add(CareNote(care_id=care.id, user_id=clerk, text=f"第 {subject} 份"))
            assert session.scalar(select(CareNote.text).where(CareNote.care_id == care.id))
            record(session, SYSTEM, EventTag.CARE_KEEP, care, rows=subject)
            made.append(care.id)
        return made

    return write


@pytest.mark.only_on("sqlite")
def test_nobody_sees_a_part_and_others_write_between_the_slices(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]]
) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(elsewhere(session, "SELECT count(*) FROM care")[0][0])
        elsewhere(session, f"UPDATE area SET name = '第 {len(seen)} 次' WHERE code = '{FOSHAN}'")

    meanwhile += [look] * 5
    (one, two, three) = write_unseen(session, range(5), looked_after(session, clerk))
    assert seen == [0, 0, 0, 0], "after the beginning and after each slice"
    assert elsewhere(session, "SELECT count(*) FROM care") == [(0,)], "not before the commit"
    session.commit()
    assert elsewhere(session, "SELECT count(*) FROM care") == [(5,)]
    assert elsewhere(session, f"SELECT name FROM area WHERE code = '{FOSHAN}'") == [("第 4 次",)]
    assert [*one, *two, *three] == session.scalars(select(Care.id).order_by(Care.subject_id)).all()


def test_rows_get_the_numbers_that_follow_and_the_audit_names_them(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]]
) -> None:
    (before,) = looked_after(session, clerk)([100], None)
    session.commit()
    write_unseen(session, range(5), looked_after(session, clerk))
    session.commit()
    cares = session.scalars(select(Care).order_by(Care.id)).all()
    assert [care.subject_id for care in cares] == [100, 0, 1, 2, 3, 4]
    assert [care.id for care in cares] == list(range(before, before + 6))
    assert [[note.text for note in care.notes] for care in cares[1:]] == [[f"第 {n} 份"] for n in range(5)]
    acts = session.scalars(select(AuditEvent).where(AuditEvent.tag == "care:keep").order_by(AuditEvent.id))
    assert [act.subject for act in acts] == [f"care:{care.id}" for care in cares]
    assert all(note.id < MARK for note in session.scalars(select(CareNote)))


@pytest.mark.parametrize("at", [1, 3])
def test_broken_off_nothing_is_there_and_it_is_done_again(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]], at: int
) -> None:
    def die(*_anything: object) -> None:
        raise KeyboardInterrupt

    write = looked_after(session, clerk)
    killed: list[Sequence[int]] = []

    def write_or_die(subjects: Sequence[int], _nothing: None) -> list[int]:
        killed.append(subjects)
        if len(killed) == at or session.get_bind().dialect.name != "sqlite":
            die()
        return write(subjects, None)

    with pytest.raises(KeyboardInterrupt):
        write_unseen(session, range(5), write_or_die)
    session.rollback()
    assert session.scalars(select(Care)).all() == []
    assert session.scalars(select(AuditEvent)).all() == []
    write_unseen(session, range(5), write)
    session.commit()
    assert len(session.scalars(select(Care)).all()) == 5


@pytest.mark.only_on("sqlite")
def test_what_was_read_and_changed_by_others_meanwhile_is_acted_upon_anew(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]]
) -> None:
    care = Care(office=FOSHAN, kind=CareKind.CLASS, subject_id=1)
    session.add(care)
    session.commit()
    number, write = care.id, looked_after(session, clerk)

    def write_while_free(subjects: Sequence[int], _nothing: None) -> list[int]:
        if session.get_one(Care, number).assigned_to_id is not None:
            raise TransitionRefused(GONE)
        return write(subjects, None)

    taken = f"UPDATE care SET assigned_to_id = {clerk}, version = version + 1 WHERE id = {number}"
    meanwhile += [lambda: None, lambda: None, lambda: elsewhere(session, taken)]
    with pytest.raises(TransitionRefused):
        write_unseen(session, range(5), write_while_free)
    session.rollback()
    assert len(session.scalars(select(Care)).all()) == 1


def test_rows_that_build_on_each_other_come_out_as_if_one_were_written_after_the_other(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]]
) -> None:
    """With a version (a case), without one (an account): no step is lost."""
    care = Care(office=FOSHAN, kind=CareKind.CLASS, subject_id=0)
    session.add(care)
    session.commit()
    number = care.id

    def count_up(subjects: Sequence[int], _nothing: None) -> None:
        for _subject in subjects:
            session.get_one(Care, number).subject_id += 1
            user = session.get_one(User, clerk)
            user.name = str(int(user.name.removeprefix("用户")) + 1)
            session.flush()

    before = int(session.get_one(User, clerk).name.removeprefix("用户"))
    write_unseen(session, range(5), count_up)
    session.commit()
    assert session.get_one(Care, number).subject_id == 5
    assert session.get_one(User, clerk).name == str(before + 5)


def test_what_comes_first_is_there_for_every_slice(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]]
) -> None:
    def begin() -> int:
        care = Care(office=FOSHAN, kind=CareKind.ORDER, subject_id=7)
        session.add(care)
        session.flush()
        return care.id

    def write(subjects: Sequence[int], care_id: int) -> None:
        care = session.get_one(Care, care_id)
        for subject in subjects:
            try:
                with session.begin_nested():
                    session.add(CareNote(care_id=care.id, user_id=clerk, text=str(subject)))
                    session.flush()
                    if subject % 2:
                        raise TransitionRefused(GONE)
            except TransitionRefused:
                continue

    write_unseen(session, range(5), write, begin)
    session.commit()
    (care,) = session.scalars(select(Care)).all()
    assert sorted(note.text for note in care.notes) == ["0", "2", "4"], "a refused row leaves nothing"


@pytest.mark.only_on("sqlite")
def test_the_writer_is_held_by_no_more_than_a_slice(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]]
) -> None:
    kept = [0]

    def note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        kept[-1] += text.startswith("INSERT INTO care ")

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "begin", begun := lambda _connection: kept.append(0))
    try:
        write_unseen(session, range(5), looked_after(session, clerk))
        session.commit()
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "begin", begun)
    assert max(kept) <= 2
    assert sum(kept) == 5, "each row is worked out once"
    assert session.get(Area, FOSHAN) is not None


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("is_flushed", [True, False])
def test_what_the_caller_wrote_before_is_not_rolled_back_with_a_slice(
    session: Session, clerk: int, meanwhile: list[Callable[[], object]], is_flushed: bool
) -> None:
    own = Care(office=FOSHAN, kind=CareKind.ORDER, subject_id=77)
    session.add(own)
    if is_flushed:
        session.flush()
    write_unseen(session, range(5), looked_after(session, clerk))
    session.commit()
    assert sorted(session.scalars(select(Care.subject_id))) == [0, 1, 2, 3, 4, 77]
    session.rollback()
    write_unseen(session, range(5, 9), looked_after(session, clerk))  # and the next time in slices again
    session.commit()
    assert len(session.scalars(select(Care.id)).all()) == 10


def test_of_no_rows_something_is_said_too(session: Session, clerk: int) -> None:
    told = write_unseen(session, [], lambda rows, head: (list(rows), head), lambda: "first")
    assert told == [([], "first")]
