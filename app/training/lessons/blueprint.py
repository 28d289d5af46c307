"""The blueprint of all files of views: lessons have pages of their own, a class's stand with the class."""

from flask import Blueprint

bp = Blueprint("lessons", __name__, url_prefix="/training")
