"""Area: orders."""
