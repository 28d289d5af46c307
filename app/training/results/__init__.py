"""Examination, certificates, and what became of the graduates of a class."""
