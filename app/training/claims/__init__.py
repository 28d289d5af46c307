"""Subsidies: claims, notices, payments."""
