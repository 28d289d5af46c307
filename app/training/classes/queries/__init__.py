"""Scoped reads of classes and the people in them."""
