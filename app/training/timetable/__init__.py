"""The timetable (课程表) of a class."""

from flask import Blueprint

bp = Blueprint("timetable", __name__, url_prefix="/training")
