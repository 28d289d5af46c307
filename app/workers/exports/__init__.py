"""The register as a file: asked for, written by a job, taken once it is there."""
