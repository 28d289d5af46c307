"""Use cases of the cooperation. The caller commits."""
