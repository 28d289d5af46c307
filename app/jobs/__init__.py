"""One short file per job: number in, load, operation, commit. The worker process starts in worker.py."""
