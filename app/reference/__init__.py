"""Reference data (基础数据): dated facts, organisations, the vocabulary of trades, reading the audit."""

from flask import Blueprint

bp = Blueprint("reference", __name__)
