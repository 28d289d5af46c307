"""Area: match_runs."""

from flask import Blueprint

bp = Blueprint("match_runs", __name__)
