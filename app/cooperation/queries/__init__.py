"""Scoped reads of the cooperation."""
