"""Unannounced visits (巡查) to the classes that are taught today."""

from flask import Blueprint

bp = Blueprint("inspections", __name__, url_prefix="/training")
