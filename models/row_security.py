"""The second wall: PostgreSQL itself shows people's rows to nobody but those whose they are (decision 0013).

The first wall is ``visible_to``. Where a statement forgets it, these policies still leave only the rows of
the viewer's areas, organisations or own person. They rest on settings that hold for one transaction; without
them no row is shown. The owner of the tables, who migrates, passes by; the serving role does not
(models/runtime_role.py).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from psycopg.pq import TransactionStatus
from sqlalchemy import ColumnElement, Connection, false, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role
from models.reference.area import Area, AreaLevel

PREFIX = "xieshou."
EVERYTHING = frozenset({Role.PROVINCE})


@dataclass(frozen=True)
class RowScope:
    """What opens the rows of one transaction. ``reason`` says why all are open (a job, a command, a declared
    look across counties); it is empty for a viewer."""

    areas: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()
    person: int | None = None
    oversees: bool = False
    reason: str = ""

    def settings(self) -> dict[str, str]:
        """The settings of the transaction, by their names."""
        return {
            f"{PREFIX}scope": "all" if self.reason else "overseer" if self.oversees else "viewer",
            f"{PREFIX}areas": ",".join(self.areas),
            f"{PREFIX}organisations": ",".join(map(str, self.organisations)),
            f"{PREFIX}person": "" if self.person is None else str(self.person),
        }


def whole(reason: str) -> RowScope:
    """Every row, for a declared ``reason``."""
    return RowScope(reason=reason)


def scope_of_actor(session: Session, actor: Actor) -> RowScope:
    """What ``actor``'s rights in force open, the whole province for those who oversee it all."""
    if actor.has_role(*EVERYTHING):
        return whole("province")
    areas = {right.area_code for right in actor.rights if right.area_code}
    larger = (AreaLevel.PREFECTURE, AreaLevel.PROVINCE)
    for right in (one for one in actor.rights if one.area_level in larger):
        inside = select(Area.code).where(_within(right), Area.level == AreaLevel.COUNTY)
        areas |= set(right.counties or session.scalars(inside))
    return RowScope(
        areas=tuple(sorted(areas)),
        organisations=tuple(sorted(set(actor.organisations()))),
        person=actor.worker_id,
        oversees=actor.has_role(Role.AUDITOR),
    )


def _within(right: Right) -> ColumnElement[bool]:
    """The areas inside a prefecture or a province."""
    if right.area_level == AreaLevel.PREFECTURE:
        return Area.prefecture_code == right.area_code
    is_province = right.area_level == AreaLevel.PROVINCE
    return Area.code.startswith(str(right.area_code)[:2]) if is_province else false()


def look_as(session: Session, scope: RowScope) -> None:
    """Open the rows of ``scope`` for what is left of the session's transaction."""
    if session.get_bind().dialect.name == "postgresql":
        values = [func.set_config(name, value, True) for name, value in scope.settings().items()]
        session.execute(select(*values))


@contextmanager
def looking_everywhere(session: Session, reason: str) -> Iterator[None]:
    """A declared look past the wall, for ``reason``: short, and never over a commit.

    It ends with a refusal, too, whose page is drawn in the same transaction; after an error of the database
    that transaction is over, and its settings with it.
    """
    assert reason
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    name = f"{PREFIX}scope"
    before = session.scalar(select(func.coalesce(func.current_setting(name, True), "")))
    session.execute(select(func.set_config(name, "all", True)))
    try:
        yield
    except DBAPIError:
        raise
    except Exception:
        with session.no_autoflush:  # what was refused is not written for that
            if not _has_failed(session):
                session.execute(select(func.set_config(name, before, True)))
        raise
    session.execute(select(func.set_config(name, before, True)))


Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def looks_everywhere_for(
    reason: str,
) -> Callable[
    [Callable[Concatenate[Session, Given], Returned]], Callable[Concatenate[Session, Given], Returned]
]:
    """An operation that is a declared look as a whole: :func:`looking_everywhere`."""

    def declare(
        operation: Callable[Concatenate[Session, Given], Returned],
    ) -> Callable[Concatenate[Session, Given], Returned]:
        @wraps(operation)
        def looking(session: Session, /, *args: Given.args, **kwargs: Given.kwargs) -> Returned:
            with looking_everywhere(session, reason):
                return operation(session, *args, **kwargs)

        return looking

    return declare


def _has_failed(session: Session) -> bool:
    """Whether PostgreSQL takes no further statement in the session's transaction."""
    if not session.is_active:
        return True
    driver: Any = session.connection().connection.driver_connection
    return bool(driver.info.transaction_status == TransactionStatus.INERROR)


# --- the policies ---------------------------------------------------------------------------------------

# A subselect is evaluated once for a statement, not once for a row.
ALL = "(SELECT current_setting('xieshou.scope', true) = 'all')"
OVERSEER = "(SELECT current_setting('xieshou.scope', true) = 'overseer')"
_AREAS = "((SELECT string_to_array(current_setting('xieshou.areas', true), ','))::text[])"
_ORGANISATIONS = (
    "((SELECT string_to_array(current_setting('xieshou.organisations', true), ',')::int[])::int[])"
)
_PERSON = "(SELECT nullif(current_setting('xieshou.person', true), '')::int)"


def area(*columns: str) -> str:
    """Rows of the viewer's areas."""
    return " OR ".join(f"{column} = ANY ({_AREAS})" for column in columns)


def organisation(*columns: str) -> str:
    """Rows of the viewer's organisations."""
    return " OR ".join(f"{column} = ANY ({_ORGANISATIONS})" for column in columns)


def person(column: str) -> str:
    """Rows of the viewer's own person."""
    return f"{column} = {_PERSON}"


def shared(table: str, own: str, *opened_by: str) -> str:
    """People whom a row of ``table`` ties to the viewer."""
    opens = " OR ".join(opened_by)  # all of it written here, nothing from outside
    return f"EXISTS (SELECT FROM {table} AS tie WHERE tie.worker_id = {own} AND ({opens}))"  # nosec B608


def within(table: str, own: str) -> str:
    """Rows of a row of ``table`` that is shown: its own policy holds within this one."""
    return f"EXISTS (SELECT FROM {table} AS whole WHERE whole.id = {own})"  # nosec B608


_TIES = (
    shared("placement", "worker.id", area("tie.city_code"), organisation("tie.enterprise_id"), OVERSEER),
    shared(
        "enrolment", "worker.id", area("tie.city_code"), organisation("tie.school_id", "tie.enterprise_id")
    ),
    shared("settlement_case", "worker.id", area("tie.city_code"), organisation("tie.enterprise_id")),
    shared("certificate", "worker.id", organisation("tie.school_id")),
    # Who works or worked there, and who was told of on a month's roster.
    shared("employment_spell", "worker.id", area("tie.place_code"), organisation("tie.employer_id")),
    shared("roster_line", "worker.id", area("tie.city_code"), organisation("tie.enterprise_id")),
)
POLICIES: dict[str, Sequence[str]] = {
    "worker": (area("county_code", "township_code"), person("id"), *_TIES),
    "household": (
        area("county_code"),
        "EXISTS (SELECT FROM worker AS member WHERE member.household_id = household.id)",
    ),
    "person_fact": (area("county_code", "city_code"), person("worker_id"), within("worker", "worker_id")),
    "settlement_document": (area("county_code", "city_code"), person("worker_id")),
    "import_batch": (area("county_code", "township_code"),),
    "import_row": (within("import_batch", "import_row.batch_id"),),
    "newcomer": (area("county_code", "place_code"), organisation("employer_id")),
    "own_word": (area("county_code", "township_code"), person("worker_id")),
    # Sheets with names that were read and wait: each is seen by whoever sent it.
    "newcomer_batch": (area("city_code"), organisation("enterprise_id")),
    "asking_batch": (area("county_code", "township_code"),),
    "follow_up_batch": (area("county_code", "township_code", "city_code"),),
    "return_batch": (area("county_code"),),
    "proposal_batch": (area("county_code"),),
    "spell_batch": (area("county_code"),),
    "treasury_batch": (area("county_code"),),
    "roster_batch": (area("county_code", "city_code"), organisation("enterprise_id")),
    "result_batch": (area("county_code"), organisation("school_id")),
}
_NUMBERS = "numbers of people and states, no name: orders, lists and totals count them across counties"
_OPEN = "facts, places and orders that everybody works with; nobody is in it"
_SEALED = "sealed values, or digests of them: no name is read without the key"
_FIGURES = "sums and counts, and lines about places, projects and money"
# Every other table that has a place, an organisation or a person, and why no policy stands before it.
UNWALLED: dict[str, str] = {
    **dict.fromkeys(
        ("placement", "enrolment", "certificate", "settlement_case", "employment_spell", "roster_line"),
        _NUMBERS,
    ),
    **dict.fromkeys(("match_run", "match_pair", "match_left_out", "match_adjustment", "arrival"), _NUMBERS),
    **dict.fromkeys(
        ("job_preference", "person_category", "name_key", "name_waiting", "worker_change"), _NUMBERS
    ),
    **dict.fromkeys(("duplicate", "round_call", "passenger", "card_acknowledgement", "consent"), _NUMBERS),
    **dict.fromkeys(("settlement_outlook", "contact_choice", "duty", "difference", "entry_person"), _NUMBERS),
    **dict.fromkeys(("work_subsidy_line", "work_subsidy_recovery"), _NUMBERS),
    **dict.fromkeys(("early_warning", "follow_up", "return_answer", "monthly_roster", "message"), _NUMBERS),
    **dict.fromkeys(("cohort", "lesson", "claim", "recovery", "ledger_entry", "return_round"), _NUMBERS),
    **dict.fromkeys(("account_slip", "user_account", "role_grant", "account_request"), _NUMBERS),
    **dict.fromkeys(("retained_identity", "text_message", "points_list", "hand_over"), _SEALED),
    **dict.fromkeys(
        ("organisation", "job_order", "order_batch", "order_column", "column_mapping", "resident_contact"),
        _OPEN,
    ),
    **dict.fromkeys(
        ("pairing", "programme_county", "county_office", "local_day", "minimum_wage", "deadline"), _OPEN
    ),
    **dict.fromkeys(("settlement_quota", "settlement_rule", "training_standard", "standard_decision"), _OPEN),
    **dict.fromkeys(
        ("training_order", "training_agreement", "training_bid", "timetable_batch", "departure"), _OPEN
    ),
    **dict.fromkeys(("kept_figure", "summary_figure", "staying_summary", "staying_sum"), _FIGURES),
    **dict.fromkeys(("report", "told_figure"), _FIGURES),
    **dict.fromkeys(("work_subsidy_rule", "work_subsidy_list"), _FIGURES),
    **dict.fromkeys(("fund_rule", "fund_item", "fund_account", "fund_payment", "fund_posting"), _FIGURES),
    **dict.fromkeys(("fund_finding", "register_entry", "entry_batch", "treasury_line"), _FIGURES),
    "problem": "what people say of an employer: counted for every county of an order; its page asks the first"
    " wall by the row's own key",
}


def enforce(connection: Connection) -> None:
    """Put the policies into force, as the owner of the tables (PostgreSQL only); twice does the same."""
    for table, opened_by in POLICIES.items():
        condition = " OR ".join((ALL, *opened_by))
        connection.execute(text(f"DROP POLICY IF EXISTS {table}_rows ON {table}"))
        connection.execute(text(f"CREATE POLICY {table}_rows ON {table} USING ({condition})"))
        connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))


_IN_FORCE = text(
    "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity"
)


def not_in_force(connection: Connection) -> list[str]:
    """The tables whose policy PostgreSQL does not ask; the owner of the tables passes by in any case."""
    return sorted(POLICIES.keys() - set(connection.scalars(_IN_FORCE)))


def lift(connection: Connection) -> None:
    """Take the policies away."""
    for table in POLICIES:
        connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
        connection.execute(text(f"DROP POLICY IF EXISTS {table}_rows ON {table}"))
