"""Timetable, attendance and inspections."""

from flask import Blueprint

bp = Blueprint("lessons", __name__, url_prefix="/training")
