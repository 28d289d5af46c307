"""Draws a photograph or PDF anew in a process of its own."""
