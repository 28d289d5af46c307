"""Where a web server, and `flask --app wsgi`, find the application."""

import gc

# What is imported stays: looking through it again and again is a sixth of a start, and of each search later.
gc.disable()

from app import for_wsgi

app = for_wsgi()
gc.freeze()
gc.enable()
