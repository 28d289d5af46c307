"""Opens photographed and scanned papers; runs in a limited process of its own (app.limited)."""
