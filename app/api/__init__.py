"""The interface for programs as a whole: its document, who one is, what has changed."""

from flask import Blueprint

bp = Blueprint("api", __name__)
