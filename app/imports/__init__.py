"""Spreadsheets into the register: preview, one confirm, undo, possible duplicates."""
