"""Classes and the people in them."""
