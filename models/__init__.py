"""Tables and domain rules of the platform. Knows no web."""
