"""What every scene of a class needs: somebody acts, sends a form, opens a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.access import Actor
from models.training.enrolment import Enrolment
from models.training.training_class import TrainingClass
from models.user import User
from tests.factories.people import actor_of


@dataclass
class Acting:
    """A class, its learners by seat, and the way in for whoever works on it. ``root`` is the room's
    address."""

    root: ClassVar[str]
    session: Session
    enter: Callable[..., FlaskClient]
    training_class: TrainingClass
    learners: list[Enrolment]

    def actor(self, user: User) -> Actor:
        """Return who acts behind an account."""
        return actor_of(self.session, user)

    def post(self, user: User, path: str, **form: Any) -> tuple[int, str]:
        """Send a form, with its files, as ``user``; return status and page."""
        answer = self.enter(user).post(self.root + path, data=form, content_type="multipart/form-data")
        self.session.expire_all()
        return answer.status_code, answer.get_data(as_text=True)

    def page(self, user: User, path: str) -> str:
        """Open a page as ``user``."""
        answer = self.enter(user).get(self.root + path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)
