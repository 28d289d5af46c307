"""The registers, one noun a file; each file says ``REGISTERS``."""
