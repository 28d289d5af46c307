"""The database and what lies in it."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, inspect, select, text

from app.commands.demo.accounts import working_accounts
from app.commands.doctor.case import Case, Told, check, good, problem, warning
from app.commands.prepare import newest_version
from app.reference.audit.operations import HARMLESS
from app.reference.audit.queries import anchor_alarms
from models import vault
from models.access import Grant, Role
from models.audit import AuditEvent
from models.clock import utc_now
from models.people.name_index import is_anybody_waiting
from models.reference.area import Area
from models.reference.organisation import Organisation
from models.row_security import not_in_force
from models.runtime_role import may_change_audit
from models.sealed_columns import one_of_each, place_of, sealed_columns
from models.sequences import behind
from models.user import User

LEAST_ADMINISTRATORS = 2


@check("database", "the database answers")
def database(case: Case) -> Iterator[Told]:
    """Which one, and that it does."""
    case.connection.execute(text("SELECT 1"))
    yield good(f"{case.engine.dialect.name} answers: {case.engine.url.render_as_string()}")


@check("version", "its tables are those of this program")
def version(case: Case) -> Iterator[Told]:
    """Migrated to the newest version, not beyond it."""
    mend = "as the tables' owner: flask --app wsgi migrate, then flask --app wsgi grant-runtime ROLE"
    if not inspect(case.connection).has_table("alembic_version"):
        yield problem("there are no tables yet", mend)
        return
    present = case.connection.scalar(text("SELECT version_num FROM alembic_version"))
    if present != newest_version():
        yield problem(f"the tables are of version {present}, the program needs {newest_version()}", mend)


@check("rights", "the role that serves pages cannot change the audit (PostgreSQL)")
def rights(case: Case) -> Iterator[Told]:
    """On SQLite whoever holds the file holds everything."""
    if case.is_postgres and may_change_audit(case.session.connection()):
        told = f"{case.engine.url.username} may change the audit"
        mend = "serve as another role than the owner: flask --app wsgi grant-runtime ROLE"
        yield problem(told, mend) if case.in_production else warning(told, mend)


@check("second_wall", "PostgreSQL itself guards people's rows, or the settings say why not")
def second_wall(case: Case) -> Iterator[Told]:
    """Row-level security (decision 0013). SQLite has none."""
    if not case.is_postgres:
        return
    down = not_in_force(case.session.connection())
    mend = "as the tables' owner: flask --app wsgi grant-runtime ROLE"
    if reason := case.settings["NO_SECOND_WALL"]:
        yield warning(
            f"row-level security is off, because: {reason}",
            f"take NO_SECOND_WALL out of the settings, then {mend}",
        )
    elif down:
        told = f"row-level security is not in force on {len(down)} tables ({', '.join(down[:3])} ...)"
        yield problem(told, mend) if case.in_production else warning(told, mend)


@check("sequences", "the next number of every table is free (PostgreSQL)")
def sequences(case: Case) -> Iterator[Told]:
    """Rows that were copied with their numbers leave the sequence behind, and the next row is refused."""
    for late in behind(case.session.connection()):
        told = f"the next row of {late.table} would get number {late.at + 1}, which {late.largest} has passed"
        yield problem(told, "as the tables' owner: flask --app wsgi migrate")


@check("keys", "the keys in use open what is sealed")
def keys(case: Case) -> Iterator[Told]:
    """One cell of each sealed column, under each key that sealed some of it."""
    opened = 0
    ring: dict[int, bytes] = case.settings["SEALING_KEYS"]
    for column in sealed_columns():
        for number, cell in one_of_each(case.session.connection(), column, range(256)):
            if number not in ring:
                told = f"{column.table.name}.{column.name}: some of it was sealed with key {number}"
                yield problem(told, "put the keys file that has this key back (its escrowed copy)")
                continue
            try:
                vault.unseal(cell, place_of(column))
                opened += 1
            except InvalidTag:
                told = f"{column.table.name}.{column.name} does not open with key {number}"
                yield problem(told, "these are other keys: put the right keys file back (its escrowed copy)")
    yield good(f"{opened} sealed cells opened, one of each column and key")


@check("anchor", "the audit's anchor lies outside the database, is sealed and goes on every hour")
def anchor(case: Case) -> Iterator[Told]:
    """Without it nobody sees that the end of the audit was cut off."""
    path = case.settings["AUDIT_ANCHOR"]
    rows = case.session.scalar(select(AuditEvent.id).limit(1))
    for alarm in anchor_alarms(path, utc_now()) if rows else []:
        if alarm in HARMLESS:
            yield warning(f"{path} was not written for two hours", "the job worker writes it: see worker")
        else:
            told = f"the audit has rows, and {path}: {alarm.value.replace('_', ' ')}"
            mend = "find out why; flask --app wsgi verify-audit says more, anchor-audit begins anew"
            yield problem(told, mend)
    if case.in_production and path.is_relative_to(case.settings["INSTANCE"]):
        yield warning(f"{path} lies beside the data", "let AUDIT_ANCHOR name a file on another disk or host")


@check("demo", "no demo account opens, and no invented people are in production")
def demo(case: Case) -> Iterator[Told]:
    """The password of the demo is printed in the manual."""
    say = problem if case.in_production else warning
    if names := [user.username for user in working_accounts(case.session)]:
        yield say(f"{', '.join(names)} open with the demo password", "flask --app wsgi close-demo-accounts")
    invented = select(Organisation.id).where(Organisation.is_synthetic).limit(1)
    if case.in_production and case.session.scalar(invented) is not None:
        yield warning("there are invented organisations in it", "begin production with an empty database")


@check("administrators", "two administrators can sign in")
def administrators(case: Case) -> Iterator[Told]:
    """What needs two persons waits for the second one."""
    now = utc_now()
    grants = (
        select(func.count(func.distinct(Grant.user_id)))
        .join(User, User.id == Grant.user_id)
        .where(Grant.role == Role.ADMIN, Grant.revoked_at.is_(None), User.is_active)
        .where((Grant.valid_to.is_(None)) | (Grant.valid_to >= now.date()))
    )
    count = case.session.scalar(grants) or 0
    mend = "flask --app wsgi create-user NAME --role admin --name PERSON"
    if not count:
        yield problem("nobody administers it", mend)
    elif count < LEAST_ADMINISTRATORS:
        yield warning("there is one administrator", f"a second person has to agree to some acts: {mend}")


@check("facts", "the reference facts are loaded")
def facts(case: Case) -> Iterator[Told]:
    """Areas, wages, occupations, rules."""
    if case.session.scalar(select(Area.code).limit(1)) is None:
        yield problem("there are no areas, no wages, no occupations", "flask --app wsgi load-reference")


@check("names", "everybody is found by the keys of the name")
def names(case: Case) -> Iterator[Told]:
    """After an upgrade the keys of old names are written by a command."""
    if is_anybody_waiting(case.session):
        yield warning("some people are not found by every key of their names", "flask --app wsgi key-names")
