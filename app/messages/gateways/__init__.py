"""By what road text messages leave: the file outbox, or a gateway over HTTPS."""
