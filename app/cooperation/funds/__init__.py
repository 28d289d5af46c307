"""The cooperation's money (协作资金): a year by rule, from appropriation to acceptance, findings."""

from flask import Blueprint

bp = Blueprint("funds", __name__, url_prefix="/cooperation/funds")
