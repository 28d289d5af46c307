"""Reports and assessment (粤办发〔2016〕32号 四、14): what is counted, checked at both ends, and frozen."""

from flask import Blueprint

bp = Blueprint("reports", __name__)
