"""The demo, planted once for all tests that look at it."""

from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.commands.demo.seed import seed
from app.kit.web import row_scope
from app.kit.web.extensions import db
from models.clock import today
from models.row_security import whole
from tests.factories.shelves import Shelf

# As few as there must be for a class in every state.
PEOPLE, ORDERS = 900, 60


@pytest.fixture(scope="package")
def planted(app: Flask) -> Callable[[Shelf], str]:
    """Return a function: shelf -> the name under which a database with the demo in it is kept there."""

    @cache
    def plant(shelf: Shelf) -> str:
        with app.app_context():
            shelf.bring("template")
            row_scope.show(db.session, whole("tests"))
            seed(db.session, PEOPLE, ORDERS, 2016, today())
            db.session.commit()
            db.session.close()
        shelf.keep("demo")
        return "demo"

    return plant


@pytest.fixture
def seeded(planted: Callable[[Shelf], str], shelf: Shelf, session: Session) -> Session:
    """A session on a database with the demo in it."""
    shelf.bring(planted(shelf))
    return session
