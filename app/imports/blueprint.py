"""The blueprint of this area, in a file of its own: two modules add routes to it."""

from flask import Blueprint

bp = Blueprint("imports", __name__)
