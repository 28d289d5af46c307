"""The blueprint that the files of views hang their routes on."""

from flask import Blueprint

bp = Blueprint("portal", __name__)
