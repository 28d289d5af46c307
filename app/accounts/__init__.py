"""Accounts (账号): signing in, one's own password and code, users and their rights."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
