"""Attendance (考勤): the roll of a lesson, the learner's own scan, and what it all comes to."""

from flask import Blueprint

bp = Blueprint("attendance", __name__, url_prefix="/training")
