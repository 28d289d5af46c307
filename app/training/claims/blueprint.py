"""The blueprint of this room: subsidies, from the claim to the ledger."""

from flask import Blueprint

bp = Blueprint("claims", __name__, url_prefix="/training/claims")
