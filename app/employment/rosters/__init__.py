"""Monthly rosters (月度花名册): a pre-filled sheet out, the same sheet in, a preview, one confirm."""

from flask import Blueprint

bp = Blueprint("rosters", __name__)
