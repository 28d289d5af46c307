"""The blueprint that both files of views hang their routes on."""

from flask import Blueprint

bp = Blueprint("workers", __name__)
