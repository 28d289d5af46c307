"""Writes a recorded voice anew in a process of its own."""
