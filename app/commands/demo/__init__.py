"""A synthetic programme to look at: everybody in it is invented and marked so (is_synthetic)."""
