"""Use cases of hukou cases and their papers. The caller commits."""
