"""HTTP of employment spells."""
