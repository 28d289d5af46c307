"""Readers of strangers' files, each run in a process of its own (app/kit/files/sandbox.py)."""
