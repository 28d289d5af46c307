"""What is done to many people of the register at once: chosen over pages, looked at before, taken back."""
