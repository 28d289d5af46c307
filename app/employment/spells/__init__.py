"""Employment spells (用工经历): who works where, shown by what, and how many went where and stayed."""

from flask import Blueprint

bp = Blueprint("spells", __name__)
