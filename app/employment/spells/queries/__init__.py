"""Scoped reads of employment spells."""
