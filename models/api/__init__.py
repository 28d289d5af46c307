"""The interface for programs: tokens, receipts of what was sent, addresses that are told of changes."""
