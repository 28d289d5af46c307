"""Points cards: learn one from what became of placements, compare it, switch it on or off."""
