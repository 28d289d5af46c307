"""A rule that was broken is told by its own name: who answers a race asks first which rule it was."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

import config
from app.placements.operations import steps
from app.training.classes import operations as classes
from app.training.subsidies.operations import claims
from app.workers.intake import jobs
from models.integrity import REASONS, breaks, is_ours, is_still_used, reason_of
from models.people import calling
from models.training import class_number

CHECK = "CHECK constraint failed: ck_worker_something"
SEQUENCE = 'violates unique constraint "pk_household"\nDETAIL:  Key (id)=(1) already exists.'


def broken(told: str) -> IntegrityError:
    return IntegrityError("INSERT", {}, Exception(told))


class Refusing:
    """A session whose next write breaks ``rule``."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments, **options: None

    def flush(self) -> None:
        raise broken(self.rule)

    @contextmanager
    def begin_nested(self) -> Iterator[None]:
        yield
        self.flush()


def anything(**values: Any) -> Any:
    return SimpleNamespace(**values)


def hold_place(session: Any, monkeypatch: pytest.MonkeyPatch) -> object:
    for name in ("is_held_elsewhere", "take_place"):
        monkeypatch.setattr(steps, name, lambda *arguments: False)
    monkeypatch.setattr(steps, "take_reserved_place", lambda *arguments: True)
    return steps.hold_place(session, anything(order_id=1, worker_id=1), anything(id_digest="x"))


def seat(session: Any, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(classes, "ENROLMENT_WORKFLOW", anything(advance=lambda *a, **k: None))
    monkeypatch.setattr(classes, "trained_key", lambda *arguments: "")
    early = next(iter(classes.BEFORE_OPENING))
    a_class = anything(id=1, state=early, occupation_code="", level="")
    enrolment = anything(worker=anything(id_digest="x"), training_class=a_class, class_id=1)
    return classes.seat(session, anything(), enrolment, "seat", None)  # type: ignore[arg-type]


def restore_line(session: Any, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(claims, "_require_check", lambda *arguments: None)
    monkeypatch.setattr(claims, "payment_key", lambda *arguments: "")
    enrolment = anything(worker=anything(id_digest="x"))
    line = anything(claim=None, refused_by_id=1, enrolment=enrolment, scheme="", year=2019)
    return claims.restore_line(session, anything(), line, None)  # type: ignore[arg-type]


def take(session: Any, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(calling, "call_of", lambda *arguments: None)
    return calling.take(session, next(iter(calling.Round)), 1, 1, None)  # type: ignore[arg-type]


def import_roster(session: Any, monkeypatch: pytest.MonkeyPatch) -> object:
    def confirm(*arguments: object) -> None:
        session.flush()

    monkeypatch.setattr(jobs, "confirm", confirm)
    monkeypatch.setattr(jobs, "take_back_arrivals", lambda *arguments: 0)
    monkeypatch.setattr(jobs, "db", anything(session=session))
    batch = anything(state=None)
    monkeypatch.setattr(jobs, "queries", anything(own_batch=lambda *arguments: batch))
    return jobs.import_roster(anything(tell=None, is_again=True), anything(), 1)  # type: ignore[arg-type]


ANSWERS: dict[str, Callable[[Any, pytest.MonkeyPatch], object]] = {
    "hold_place": hold_place,
    "seat": seat,
    "restore_line": restore_line,
    "keep_line": lambda session, monkeypatch: claims._keep(session, anything()),  # type: ignore[arg-type]
    "class_number": lambda session, monkeypatch: class_number._try(session, anything(), "X1"),
    "take": take,
    "import_roster": import_roster,
}


@pytest.mark.parametrize("rule", [CHECK, SEQUENCE])
@pytest.mark.parametrize("name", ANSWERS)
def test_another_rule_is_not_told_as_the_race_it_was_not(
    name: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import whose numbers collided was told that another county registered the same people."""
    with pytest.raises(IntegrityError):
        ANSWERS[name](Refusing(rule), monkeypatch)


def test_the_race_itself_is_still_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Refusing("UNIQUE constraint failed: claim_line.payment_key")
    assert claims._keep(taken, anything()) is False  # type: ignore[arg-type]
    class_number._try(Refusing('unique constraint "uq_cohort_number"'), anything(), "X1")  # type: ignore[arg-type]
    with pytest.raises(jobs.JobProblem) as problem:
        import_roster(Refusing("UNIQUE constraint failed: worker.id_digest"), monkeypatch)
    assert problem.value.sentence is jobs.CROWDED


def test_what_is_our_own_mistake_is_not_told_as_a_row_that_is_there_already() -> None:
    assert is_ours(broken(SEQUENCE))
    assert is_ours(broken("UNIQUE constraint failed: household.id"))
    assert is_ours(broken("NOT NULL constraint failed: worker.name"))
    assert not is_ours(broken("UNIQUE constraint failed: worker.id_digest"))
    assert not is_ours(broken('violates unique constraint "uq_household_county_code_code"'))
    assert breaks(broken('violates unique constraint "uq_worker_id_digest"'), "worker.id_digest")
    assert not is_ours(broken("violates foreign key constraint: Key (id)=(1) is still referenced from table"))
    assert is_still_used(broken("FOREIGN KEY constraint failed"))


# The room's own act is done anew there, and says itself which rule stands against it.
DONE_ANEW = {"unseen.py"}


def test_whoever_catches_a_broken_rule_asks_which_one_it_was() -> None:
    """All brothers, also those to come: a handler raises what it does not know, or asks."""
    handlers = [
        (path, handler)
        for folder in ("app", "models")
        for path in sorted((config.ROOT / folder).rglob("*.py"))
        if "IntegrityError" in (source := path.read_text())
        for handler in ast.walk(ast.parse(source))
        if isinstance(handler, ast.ExceptHandler)
        and handler.type is not None
        and "IntegrityError" in ast.unparse(handler.type)
    ]
    assert len(handlers) >= 10
    silent = [
        f"{path.name}:{handler.lineno}"
        for path, handler in handlers
        if not any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
        and path.name not in DONE_ANEW
    ]
    assert silent == []


def test_a_server_that_speaks_chinese_is_understood_by_its_codes() -> None:
    class Told(Exception):
        sqlstate = "23505"
        diag = SimpleNamespace(constraint_name="uq_worker_id_digest")

    problem = IntegrityError("INSERT", {}, Told("错误: 重复键违反唯一约束"))
    assert breaks(problem, "worker.id_digest")
    assert str(reason_of(problem)) == str(REASONS["worker.id_digest"])
