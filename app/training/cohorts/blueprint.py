"""The blueprint of this room."""

from flask import Blueprint

bp = Blueprint("cohorts", __name__, url_prefix="/training/classes")
