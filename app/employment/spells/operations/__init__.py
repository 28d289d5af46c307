"""Use cases of employment spells. The caller commits."""
