"""HTTP of this room: settlement cases and their documents."""

from flask import Blueprint

bp = Blueprint("settlement", __name__, url_prefix="/settlement")
