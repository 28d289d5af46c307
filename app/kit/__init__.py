"""What every area stands on: the web, and strangers' files."""
