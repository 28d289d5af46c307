"""What people say they would take: in a county's plan worth points, held to a least share, and measured."""
