"""The seventeen rules, one function each; what they forbid and by which law stands in their docstrings."""
