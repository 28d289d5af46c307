"""The blueprint of this room."""

from flask import Blueprint

bp = Blueprint("certificates", __name__, url_prefix="/training/results")
