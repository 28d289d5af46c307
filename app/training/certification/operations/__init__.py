"""Use cases of this room, by noun. The caller commits."""
