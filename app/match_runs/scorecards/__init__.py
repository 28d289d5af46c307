"""Scorecards: one is learned from what became of placements, compared, switched on or off."""

from flask import Blueprint

bp = Blueprint("scorecards", __name__)
