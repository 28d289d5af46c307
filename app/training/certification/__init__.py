"""Examination, certificates, and what became of the graduates of a class."""

from flask import Blueprint

bp = Blueprint("certificates", __name__, url_prefix="/training")
