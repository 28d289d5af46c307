"""Lists taken along as files, filters kept under a name, columns left out: the same for every list.

What a list is, its area declares (app.kit.web.listing).
"""

from flask import Blueprint

bp = Blueprint("lists", __name__)
