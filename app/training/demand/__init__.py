"""Training orders, bids and agreements."""
