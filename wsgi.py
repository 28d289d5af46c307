"""Where a web server, and `flask --app wsgi`, find the application."""

from app import for_wsgi

app = for_wsgi()
