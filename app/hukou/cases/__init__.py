"""Household registration cases and their documents."""

from flask import Blueprint

bp = Blueprint("hukou", __name__, url_prefix="/hukou")
