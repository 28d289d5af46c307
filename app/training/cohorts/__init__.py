"""Classes and the people in them."""

from flask import Blueprint

bp = Blueprint("cohorts", __name__, url_prefix="/training/classes")
