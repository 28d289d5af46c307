"""Examination, certificates, and what became of the graduates of a class."""

from flask import Blueprint

bp = Blueprint("certification", __name__, url_prefix="/training")
