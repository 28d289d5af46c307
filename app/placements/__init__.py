"""Area: placements."""

from flask import Blueprint

from app.placements.operations import outside_word  # noqa: F401  (what rosters tell is done there)

bp = Blueprint("placements", __name__)
