"""Agreements: the school chosen, every party's signature, the places kept, promises not kept."""

from flask import Blueprint

bp = Blueprint("agreements", __name__, url_prefix="/training/orders")
