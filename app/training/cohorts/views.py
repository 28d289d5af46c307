"""HTTP of this room: classes and the people in them."""

from flask import Blueprint

bp = Blueprint("cohorts", __name__, url_prefix="/training/classes")
