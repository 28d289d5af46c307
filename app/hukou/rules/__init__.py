"""Household registration rules as data, and what they say of a person."""

from flask import Blueprint

bp = Blueprint("hukou_rules", __name__, url_prefix="/hukou/rules")
