"""The engine: exact ranking, certified assignment, reasons. Knows no table and no web."""
