"""Several people who act at the same moment, each in a thread and a transaction of his own, on either
database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

import config
from app import create_app
from app.kit.web.extensions import db
from models.base import Base
from models.reference.area import Area, AreaLevel
from models.workflow import IllegalTransition, TransitionRefused
from tests.factories.databases import postgres_url
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE

COUNTY, PREFECTURE = AreaLevel.COUNTY, AreaLevel.PREFECTURE
PLACES = {ZHAOJUE: COUNTY, BUTUO: COUNTY, "513400": PREFECTURE, FOSHAN: PREFECTURE}
# What a second one at the same moment is told: a rule's sentence, or that the row is not as it was read.
REFUSALS = (TransitionRefused, IllegalTransition, StaleDataError, IntegrityError)


@contextmanager
def racing_app(kind: str, folder: Path, name: str) -> Iterator[Flask]:
    """Yield an application on an empty database of ``kind`` (sqlite or postgresql), with four places in
    it."""
    url = f"sqlite:///{folder / name}.db" if kind == "sqlite" else postgres_url(name)
    application = create_app({**config.load(), "DATABASE_URL": url, "WTF_CSRF_ENABLED": False})
    with application.app_context():
        Base.metadata.create_all(db.engine)
        db.session.add_all(
            Area(code=code, name=code, level=level, source="测试", valid_from=date(2016, 1, 1))
            for code, level in PLACES.items()
        )
        db.session.commit()
        yield application
        db.session.close()
        db.engine.dispose()


def at_once(application: Flask, works: Sequence[Callable[[Session], object]]) -> list[str | None]:
    """Let everybody work at once; return what each was refused with, None for those who got through."""
    db.session.rollback()
    barrier, said = Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        with application.app_context():
            barrier.wait()
            try:
                works[place](db.session)
                db.session.commit()
            except REFUSALS as refused:
                db.session.rollback()
                said[place] = str(refused.args[0])
            finally:
                db.session.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
