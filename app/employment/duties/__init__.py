"""Whose turn it is to verify a status: the receiving city "employed", the home county "not employed"."""

from flask import Blueprint

bp = Blueprint("duties", __name__)
