"""Examination, certificates and what became of graduates."""
