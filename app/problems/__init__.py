"""What keeps people at work: their problems as cases, resident contacts, the first calls, who may leave soon.

A room of its own beside app/messages: the inbox tells people something, here they tell us; the two share no
table, no job and no page, and each would be half hidden inside the other.
"""

from flask import Blueprint

bp = Blueprint("problems", __name__, url_prefix="/problems")
