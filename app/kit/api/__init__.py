"""The interface for programs (JSON): what every room's ``api_views`` are made of."""
