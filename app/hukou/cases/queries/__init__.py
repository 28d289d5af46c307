"""Scoped reads of hukou cases."""
