"""Machines that the notebooks, the tests, the README and the demo share."""
