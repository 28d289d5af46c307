"""Commands for those who run the platform, and for scripts. Each prints one JSON line last."""

import functools
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from sqlalchemy import select

from app.commands import going_live, prepare
from app.commands.backup import BackupProblem, back_up
from app.commands.backup import restore as bring_back
from app.commands.grants import grant_to_runtime
from app.commands.nightly import run_nightly
from app.commands.output import print_json
from app.commands.resealing import new_sealing_key, reseal, use_sealing_key
from app.commands.serve import serve
from app.commands.worker import work
from app.kit.web.extensions import db
from models.access import SYSTEM, Grant, Role
from models.audit import record
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.reference.area import Area
from models.reference.organisation import Organisation
from models.user import User


def init_app(app: Flask) -> None:
    """Register the commands."""
    from app.accounts.commands import (
        account_requests,
        close_account,
        decide_request,
        look_at_acts,
        reset_account,
    )
    from app.match_runs.commands import match, rebuild_index
    from app.messages.commands import take_texts
    from app.orders.commands import check_orders, import_orders
    from app.workers.commands import key_names
    from app.workers.exports.commands import export_workers
    from app.workers.intake.commands import import_workers

    going_live.init_app(app)
    for command in (
        migrate,
        load_reference,
        check_orders,
        serve,
        work,
        run_nightly,
        backup,
        restore,
        grant_to_runtime,
        new_sealing_key,
        use_sealing_key,
        reseal,
    ):
        app.cli.add_command(command)
    for command in (
        create_user,
        account_requests,
        decide_request,
        look_at_acts,
        reset_account,
        close_account,
        verify_audit,
        anchor_audit,
        seed_demo,
        import_workers,
        export_workers,
        key_names,
        import_orders,
        match,
        rebuild_index,
        take_texts,
    ):
        app.cli.add_command(on_a_database(command))


def on_a_database(command: click.Command) -> click.Command:
    """Let ``command`` first make the tables, in a folder where the platform has never been started."""
    callback = command.callback
    if callback is None or hasattr(callback, "__wrapped__"):
        return command

    @functools.wraps(callback)
    def prepared(*args: Any, **kwargs: Any) -> Any:
        prepare.if_empty()
        return callback(*args, **kwargs)

    command.callback = prepared
    return command


@click.command("migrate")
def migrate() -> None:
    """Bring the tables to the newest version; two that do it at once do it one after the other."""
    print_json(version=prepare.upgrade())


@click.command("load-reference")
def load_reference() -> None:
    """Fill the empty tables of reference facts."""
    print_json(loaded=prepare.load_facts())


@click.command("create-user")
@click.argument("username")
@click.option("--name", default=None, help="the person's name (default: the user name)")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--area", default=None, help="code of the area the role is for")
@click.option("--organisation", default=None, help="credit code of the enterprise or school the role is for")
@click.option("--password", default=None, help="default: drawn and printed once")
@click.option("--keep-password", is_flag=True, help="do not ask for a new password at the first sign-in")
def create_user(
    username: str,
    name: str | None,
    role: str,
    area: str | None,
    organisation: str | None,
    password: str | None,
    keep_password: bool,
) -> None:
    """Create an account with one role."""
    from app.accounts.commands import this_machine
    from app.accounts.operations import make_user, name_refusal, new_password

    if current_app.config["MODE"] == "production" and (refusal := name_refusal(username, name or "")):
        _fail(refusal.text % refusal.params)
    if db.session.scalar(select(User).where(User.username == username)):
        raise click.ClickException(f"there is a user {username} already")
    organisation_id = None
    if organisation:
        number = db.session.scalar(select(Organisation.id).where(Organisation.credit_code == organisation))
        organisation_id = number or _fail(f"no organisation has the credit code {organisation}")
    if area and db.session.get(Area, area) is None:
        _fail(f"no area has the code {area}")
    secret = password or new_password()
    user = make_user(db.session, SYSTEM, username, name or username, secret, must_change=not keep_password)
    grant = Grant(
        user_id=user.id,
        role=Role(role),
        area_code=area,
        organisation_id=organisation_id,
        valid_from=today(),
        reason="create-user",
    )
    db.session.add(grant)
    told = {"role": role, "area": area, "organisation": organisation_id, "reason": "create-user"}
    record(db.session, SYSTEM, EventTag.GRANT_GIVE, f"user:{user.id}", machine=this_machine(), **told)
    db.session.commit()
    print_json(user=username, id=user.id, role=role, password=None if password else secret)


def _fail(message: str) -> NoReturn:
    raise click.ClickException(message)


@click.command("seed-demo")
@click.option("--workers", default=6000, show_default=True, type=click.IntRange(1))
@click.option("--orders", default=300, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=2016, show_default=True)
@click.option("--once", is_flag=True, help="do nothing, successfully, when there are workers already")
def seed_demo(workers: int, orders: int, seed: int, once: bool) -> None:
    """Fill an empty platform with synthetic people, job orders and placements, and one account per role."""
    going_live.refuse_demo_data(current_app)
    try:
        counts = prepare.load_demo(workers, orders, seed)
    except ValueError as problem:
        if not once:
            _fail(str(problem))
        counts = {}
    print_json(seeded=counts)


@click.command("verify-audit")
def verify_audit() -> None:
    """Walk the audit chain, hold it against the anchor outside the database, and go on with the anchor.

    Exit status 1 when the chain is broken or the anchor missing, empty, forged or late.
    """
    from app.reference.audit.operations import check_chain

    check = check_chain(db.session, SYSTEM, current_app.config["AUDIT_ANCHOR"], utc_now())
    print_json(
        ok=check.is_whole, rows=check.rows, broken_at=check.broken, alarms=check.alarms, gaps=check.gaps
    )
    if not check.is_whole:
        raise SystemExit(1)


@click.command("anchor-audit")
@click.argument("reason")
def anchor_audit(reason: str) -> None:
    """Begin a new anchor for the audit, where there is none; REASON goes into the audit."""
    from app.reference.audit.operations import AnchorProblem, begin_anchor

    try:
        check = begin_anchor(db.session, current_app.config["AUDIT_ANCHOR"], reason, utc_now())
    except AnchorProblem as problem:
        _fail(str(problem))
    print_json(rows=check.rows)


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path) -> None:
    """Write the whole database into FOLDER, while people go on working. The keys file is kept elsewhere."""
    try:
        manifest = back_up(db.engine, folder)
    except BackupProblem as problem:
        _fail(str(problem))
    print_json(
        folder=folder,
        rows=sum(rows for rows, _digest in manifest["tables"].values()),
        audit=manifest["audit"],
    )


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def restore(folder: Path) -> None:
    """Bring the backup in FOLDER into an empty database, and prove that every row and sealed number is
    there."""
    try:
        manifest = bring_back(db.engine, folder)
    except BackupProblem as problem:
        _fail(str(problem))
    print_json(made_at=manifest["made_at"], rows=sum(rows for rows, _digest in manifest["tables"].values()))
