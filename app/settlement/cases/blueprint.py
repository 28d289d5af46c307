"""The blueprint of all files of views."""

from flask import Blueprint

bp = Blueprint("settlement", __name__, url_prefix="/settlement")
