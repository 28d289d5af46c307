"""Scoped reads of this room, and what other rooms ask about attendance."""
