"""The first page of every role: today's work, and how long work is getting on."""

from flask import Blueprint

bp = Blueprint("home", __name__)
