"""Who works where: spells and their evidence, monthly rosters, differences between the two ends."""
