"""Pipelines: how machines are joined, and how they are upgraded while they run. Pure: no I/O, no thread."""
