"""Matching runs: candidates and orders as the engine reads them, what it answers, and why."""

from flask import Blueprint

bp = Blueprint("match_runs", __name__)
