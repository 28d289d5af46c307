"""Area: workers."""
