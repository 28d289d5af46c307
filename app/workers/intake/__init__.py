"""Spreadsheets into the register: preview, one confirm, undo, possible duplicates."""

from flask import Blueprint

bp = Blueprint("intake", __name__)
