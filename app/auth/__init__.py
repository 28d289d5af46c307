"""Signing in and out, the own password, the one-time code, the language."""
