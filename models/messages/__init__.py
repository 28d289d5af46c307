"""What people are told: kinds of messages, the inbox, deliveries."""
