"""From offer to follow-up (推荐、录用、跟踪): one row a worker and order, its steps, its visits, its end."""
