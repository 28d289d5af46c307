"""Scoped reads of this area."""
