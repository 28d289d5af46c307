"""Classes and the people in them."""

from flask import Blueprint

bp = Blueprint("training_classes", __name__, url_prefix="/training/classes")
