"""Messages to people (通知): what was sent, how far it came, and who has to be told by hand."""

from flask import Blueprint

bp = Blueprint("messages", __name__)
