"""Use cases of this area, from the offer to the last follow-up. The caller commits."""
