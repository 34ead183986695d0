"""Tests of the course: the notebooks as they are kept."""
