"""Points cards: learn one from what became of placements, compare it, switch it on or off."""

from flask import Blueprint

bp = Blueprint("scorecards", __name__)
