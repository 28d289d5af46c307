"""Subsidies: claims, notices, payments."""

from flask import Blueprint

bp = Blueprint("claims", __name__, url_prefix="/training/claims")
