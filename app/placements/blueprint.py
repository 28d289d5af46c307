"""The blueprint that all files of views hang their routes on."""

from flask import Blueprint

bp = Blueprint("placements", __name__)
