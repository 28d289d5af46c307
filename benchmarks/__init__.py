"""Figures that are promised, measured: `python -m benchmarks.<name>` prints them."""
