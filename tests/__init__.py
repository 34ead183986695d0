"""The tests of sm_toolkit. `python -m tests` runs every check that the project has."""
