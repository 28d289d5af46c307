"""The difference report (差异报告): where the two ends contradict each other, and what settles it."""

from flask import Blueprint

bp = Blueprint("differences", __name__)
