"""Reads a stranger's spreadsheet in a process of its own, under limits; talks to its parent in JSON lines.

It is started as a bare interpreter that knows nothing of the application, so that little memory is taken
before the file is opened and a crash of a parser harms no one else (trust.md, control 13).
"""
