"""Who works where since when until when, by whose word (用工经历): spells, their evidence, destinations."""
