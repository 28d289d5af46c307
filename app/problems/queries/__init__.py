"""Scoped reads of problems, resident contacts, first calls, warnings and who stayed."""
