"""Training orders of enterprises, and the bids of schools."""

from flask import Blueprint

bp = Blueprint("training_orders", __name__, url_prefix="/training/orders")
