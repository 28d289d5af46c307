"""Accidents on purpose: `python -m drills.<name>` causes them and checks what they leave behind."""
