"""Area: admin."""
