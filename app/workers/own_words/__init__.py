"""What people say about themselves on their own pages, and the county's look at it."""
