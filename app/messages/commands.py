"""Text messages on the command line, for a program of the office's own that sends them."""

import json

import click
from flask import current_app

from app.kit.web.extensions import db
from app.messages.gateways.file_outbox import FileOutbox
from models.access import SYSTEM
from models.audit import record
from models.event_tags import EventTag
from models.people.purpose import Purpose, stated


@click.command("take-texts")
def take_texts() -> None:
    """Print the text messages of the file outbox, one JSON line each, and remove them.

    A line holds a telephone number: pipe it into the program that sends, keep it nowhere.
    """
    rows = 0
    for parcel in FileOutbox(current_app.config["SMS_OUTBOX"]).take():
        click.echo(json.dumps(parcel._asdict(), ensure_ascii=False))
        rows += 1
    if rows:
        sent = stated(Purpose.CONTACT, "交给发短信的程序")
        record(db.session, SYSTEM, EventTag.WORKER_EXPORT, "text_outbox", purpose=sent, rows=rows)
        db.session.commit()
    click.echo(json.dumps({"taken": rows}))
