"""What those who run the platform call: commands, server, job worker, the night, the demo."""
