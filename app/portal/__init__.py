"""Area: portal."""
