"""Who lacks one skill, certificate or step of Mandarin for a job, and which of these is lacked most."""

from flask import Blueprint

bp = Blueprint("near_misses", __name__)
