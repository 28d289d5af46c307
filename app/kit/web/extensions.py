"""The objects that Flask's extensions hang on, made here once, tied to the application in create_app."""

from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

db = SQLAlchemy()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(get_remote_address)
bootstrap = Bootstrap5()


def read_only() -> None:
    """End the request's present transaction, and begin one that can only read."""
    db.session.rollback()
    db.session.connection(execution_options={"readonly": True})
