"""The blueprint that this area's views hang on."""

from flask import Blueprint

bp = Blueprint("match_runs", __name__)
