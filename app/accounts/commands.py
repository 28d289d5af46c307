"""Where one administrator is alone: what takes another is decided on the machine itself, and the audit says
who sat there."""

import getpass
import json
import socket

import click
from sqlalchemy import select

from app.accounts import oversight, requests
from app.accounts.operations import new_password, set_active, set_password, take_off_second_factor
from app.kit.web.extensions import db
from models.access import Actor, Right, Role
from models.account_request import AccountRequest
from models.clock import utc_now
from models.i18n import Refusal
from models.user import User
from models.watched_act import WatchedAct
from models.workflow import IllegalTransition

WHO = click.option("--who", required=True, help="the name of the person at this machine, for the audit")
MOST_NAME = 60


def at_the_machine(who: str) -> Actor:
    """Whoever sits here, with the name they give and the account of the operating system."""
    name = f"{who.strip()[:30]}（{this_machine()}）"
    return Actor(None, name[:MOST_NAME], (Right(Role.ADMIN),))


def this_machine() -> str:
    """Account of the operating system and name of the machine."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def _tell(**values: object) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, default=str))


@click.command("account-requests")
def account_requests() -> None:
    """List what waits for another administrator: number, kind, account, who asked, why."""
    actor = at_the_machine("-")
    rows = oversight.waiting_requests(db.session, actor)
    _tell(
        requests=[
            {
                "number": row.id,
                "kind": row.kind,
                "account": row.user.username,
                "role": row.role,
                "asked_by": row.asked_by.username,
                "reason": row.reason,
                "until": row.due_on,
            }
            for row in rows
        ]
    )


@click.command("decide-request")
@click.argument("number", type=int)
@WHO
@click.option("--refuse", default="", help="refuse it, for this reason (default: agree)")
def decide_request(number: int, who: str, refuse: str) -> None:
    """Agree to a request where no second administrator is there to do it, or refuse it."""
    request = db.session.get(AccountRequest, number)
    if request is None:
        raise click.ClickException(f"there is no request {number}")
    actor, event = at_the_machine(who), "refuse" if refuse else "confirm"
    try:
        half = requests.decide(db.session, actor, request, event, refuse, utc_now())
    except IllegalTransition as refusal:
        raise click.ClickException(str(refusal.sentence)) from None
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    _tell(request=number, state=request.state, by=actor.name, second_half=half or None)


@click.command("look-at-acts")
@WHO
@click.option("--tick", is_flag=True, help="note that they have been looked at")
def look_at_acts(who: str, tick: bool) -> None:
    """List what administrators did alone on accounts; with --tick note that it was looked at."""
    actor = at_the_machine(who)
    rows = oversight.account_acts(db.session, actor)
    shown = [
        {"number": act.id, "at": event.at, "by": event.actor_name, "act": event.tag, "about": event.subject}
        for act, event in rows
    ]
    seen = oversight.look(db.session, actor, [act.id for act, _event in rows], utc_now()) if tick else 0
    db.session.commit()
    left = db.session.scalars(select(WatchedAct.id).where(WatchedAct.looked_at.is_(None)).limit(1)).first()
    _tell(acts=shown, ticked=seen, more=left is not None)


@click.command("reset-account")
@click.argument("username")
@WHO
@click.option("--second-factor", is_flag=True, help="take the one-time code off instead of a new password")
def reset_account(username: str, who: str, second_factor: bool) -> None:
    """Give an account a new password (printed once), or take its one-time code off."""
    user = _named(username)
    actor, now, secret = at_the_machine(who), utc_now(), None
    if second_factor:
        take_off_second_factor(db.session, actor, user, now, machine=actor.name)
    else:
        secret = new_password()
        set_password(db.session, actor, user, secret, now, machine=actor.name)
    db.session.commit()
    _tell(user=username, by=actor.name, password=secret)


@click.command("close-account")
@click.argument("username")
@WHO
def close_account(username: str, who: str) -> None:
    """Close an account and end its sign-ins, the last other administrator's too, which no page does."""
    user, actor = _named(username), at_the_machine(who)
    set_active(db.session, actor, user, False, utc_now(), machine=actor.name)
    db.session.commit()
    _tell(user=username, by=actor.name, closed=True)


def _named(username: str) -> User:
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise click.ClickException(f"there is no user {username}")
    return user
