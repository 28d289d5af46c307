"""HTTP of the cooperation."""
