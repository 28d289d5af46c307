"""HTTP of this room: examination, certificates and what became of graduates."""

from flask import Blueprint

bp = Blueprint("certificates", __name__, url_prefix="/training/results")
