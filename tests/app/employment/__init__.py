"""Tests of employment: spells, rosters, differences."""
