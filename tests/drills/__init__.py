"""Drills: promises of the trust page that need many real processes, run by hand or in a nightly build."""
