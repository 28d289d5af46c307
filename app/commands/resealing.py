"""New sealing keys while people work: drawn, put in use, and old values sealed again, a slice at a time."""

from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from sqlalchemy import Column, LargeBinary, Table, Update, bindparam, func, select, update
from sqlalchemy.orm import Session

import config
from app.commands.output import print_json
from app.kit.web.extensions import db
from models import vault
from models.sealed_columns import key_of, place_of, raw, sealed_columns

SLICE, MOST_KEYS = 500, 255
Tell = Callable[[str, int, int], object]


@click.command("new-sealing-key")
@click.option("--not-in-use", is_flag=True, help="only put it into the file: for several hosts")
def new_sealing_key(not_in_use: bool) -> None:
    """Draw a sealing key into the keys file and put it in use; old values still open with theirs."""
    drawn: dict[str, str] = {}

    def add(keys: dict[str, Any]) -> None:
        number = max(map(int, keys["sealing_keys"])) + 1
        if number > MOST_KEYS:
            raise click.ClickException("there are 255 keys already")
        drawn["key"] = str(number)
        keys["sealing_keys"][str(number)] = config.new_key()
        if not not_in_use:
            keys["sealing_key_current"] = str(number)

    path = current_app.config["KEYS_FILE"]
    config.change_keys(path, add)
    print_json(keys=path, in_use=not not_in_use, **drawn)


@click.command("use-sealing-key")
@click.argument("number", type=click.IntRange(0, MOST_KEYS))
def use_sealing_key(number: int) -> None:
    """Seal new values with key NUMBER from now on; every host must have it in its keys file."""

    def use(keys: dict[str, Any]) -> None:
        if str(number) not in keys["sealing_keys"]:
            raise click.ClickException(f"the keys file has no key {number}")
        keys["sealing_key_current"] = str(number)

    path = current_app.config["KEYS_FILE"]
    config.change_keys(path, use)
    print_json(keys=path, in_use=number)


@click.command("reseal")
@click.option("--most", type=click.IntRange(1), help="stop after so many values; called again, it goes on")
def reseal(most: int | None) -> None:
    """Seal with the key in use what older keys sealed, while people work; stopped, it goes on later."""
    done = reseal_all(db.session, most, lambda name, count, total: click.echo(f"{name}: {count} of {total}"))
    print_json(resealed=done, left=sum(waiting(db.session, column) for column in sealed_columns()))


def reseal_all(session: Session, most: int | None, tell: Tell) -> int:
    """Seal old values again, :data:`SLICE` a transaction; returns how many.

    A row that somebody else has in hand is passed by and waits for the next call: an import that waits for
    rows of this slice while the slice waits for one of the import's would be ended by PostgreSQL.
    """
    done = 0
    for column in sealed_columns():
        total = waiting(session, column)
        session.rollback()
        count, after = 0, None
        while total and (most is None or done < most):
            size = SLICE if most is None else min(SLICE, most - done)
            looked_at, changed, after = _slice(session, column, after, size)
            session.commit()
            if not looked_at:
                break
            done, count = done + changed, count + changed
            tell(f"{column.table.name}.{column.name}", count, total)
    return done


def _old(column: Column[Any]) -> Any:
    return column.is_not(None) & (key_of(column) != bytes([vault.ring().current]))


def waiting(session: Session, column: Column[Any]) -> int:
    """How many cells of ``column`` an older key sealed."""
    return session.scalar(select(func.count()).select_from(column.table).where(_old(column))) or 0


def resealed(column: Column[Any]) -> Update:
    """The statement that seals one cell again, unless it has changed meanwhile."""
    assert isinstance(column.table, Table)
    (number,) = column.table.primary_key.columns
    # No column may have the name of a parameter: SQLAlchemy keeps those for itself.
    return (
        update(column.table)
        .where(number == bindparam("this_row"), raw(column) == bindparam("old_cell", type_=LargeBinary))
        .values({column.name: bindparam("new_cell", type_=LargeBinary)})
    )


def _slice(session: Session, column: Column[Any], after: Any, size: int) -> tuple[int, int, Any]:
    """Seal ``size`` cells again, those with keys above ``after``: (looked at, changed, the last one)."""
    table, place = column.table, place_of(column)
    assert isinstance(table, Table)
    (number,) = table.primary_key.columns
    wanted = select(number, raw(column)).where(_old(column)).order_by(number).limit(size)
    wanted = wanted.with_for_update(skip_locked=True)
    rows = session.execute(wanted if after is None else wanted.where(number > after)).all()
    changed = 0
    change = resealed(column)
    for row, cell in rows:
        old = bytes(cell)
        values = {"this_row": row, "old_cell": old, "new_cell": vault.seal(vault.unseal(old, place), place)}
        written: Any = session.connection().execute(change, values)
        changed += written.rowcount
    return len(rows), changed, rows[-1][0] if rows else None
