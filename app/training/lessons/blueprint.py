"""The blueprint that all files of views hang their routes on."""

from flask import Blueprint

bp = Blueprint("lessons", __name__, url_prefix="/training/lessons")
