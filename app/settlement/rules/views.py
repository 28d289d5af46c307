"""HTTP of this room: settlement rules as data, and what they say of a person."""

from flask import Blueprint

bp = Blueprint("settlement_rules", __name__, url_prefix="/settlement/rules")
