"""Subsidies: claims, notices, payments."""

from flask import Blueprint

bp = Blueprint("subsidies", __name__, url_prefix="/training/claims")
