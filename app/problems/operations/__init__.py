"""Use cases of problems, resident contacts, first calls and warnings. The caller commits."""
