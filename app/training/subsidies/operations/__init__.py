"""Use cases of this room: claims, and what leads to their payment. The caller commits."""
