"""The objects that Flask's extensions hang on, made here once, tied to the application in create_app."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy

from app.kit.web.form_tokens import FormGuard
from app.kit.web.limiter_store import DatabaseStorage


def source() -> str:
    """Where a request comes from, to count by: an IPv4 address, or the /64 that an IPv6 line is given."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or "nowhere"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


assert DatabaseStorage.STORAGE_SCHEME  # importing it is what makes its addresses known to the limiter
db = SQLAlchemy()
login_manager = LoginManager()
csrf = FormGuard()
babel = Babel()
limiter = Limiter(source)
bootstrap = Bootstrap5()


def read_only() -> None:
    """End the request's present transaction, and begin one that can only read."""
    db.session.rollback()
    db.session.connection(execution_options={"readonly": True})


def let_go() -> None:
    """End the request's present transaction and hold nothing: the next statement begins one that can write.

    Rows that were read are read again when they are next asked for.
    """
    db.session.rollback()
