"""One worker and one order: rules, points, and the same for a million workers at once."""
