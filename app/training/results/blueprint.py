"""The blueprint of this room: a class's pages stand with the class, certificates under results."""

from flask import Blueprint

bp = Blueprint("certificates", __name__, url_prefix="/training")
