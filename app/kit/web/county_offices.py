"""The telephone of the county's bureau for every page that sends somebody there (kit.ask_county)."""

from flask import Flask, g
from flask_login import current_user
from sqlalchemy import select

from app.kit.web.extensions import db
from models.people.worker import Worker
from models.reference.county_office import CountyOffice, office_of


def county_office(county_code: str = "") -> CountyOffice | None:
    """The bureau of ``county_code``; of the reader's own county where none is named. Asked once a request."""
    known: dict[str, CountyOffice | None] = g.setdefault("county_offices", {})
    if county_code not in known:
        known[county_code] = office_of(db.session, county_code or _own_county())
    return known[county_code]


def _own_county() -> str | None:
    worker_id = getattr(current_user, "worker_id", None)
    return db.session.scalar(select(Worker.county_code).where(Worker.id == worker_id)) if worker_id else None


def init_app(app: Flask) -> None:
    """Give the bureau to the templates."""
    app.jinja_env.globals.update(county_office=county_office)
