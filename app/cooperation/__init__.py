"""粤办发〔2016〕32号 beside labour: pairings, and the registers that people report by sheet.

A register is one file in ``registers``: its columns and its rules. List, page, form, sheet in and out, steps,
papers, tasks and history are the room's own and the same for all.
"""

from flask import Blueprint

bp = Blueprint("cooperation", __name__, url_prefix="/cooperation")
