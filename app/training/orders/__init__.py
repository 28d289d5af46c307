"""Training orders, bids and agreements."""

from flask import Blueprint

bp = Blueprint("training_orders", __name__, url_prefix="/training/orders")
