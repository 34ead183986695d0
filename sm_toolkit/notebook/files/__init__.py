"""Notebooks as files: read, run, checked, written anew, and copied without their solutions.

Nothing here knows what a notebook is about. What reads and runs notebooks is an extra (``sm-toolkit[check]``):
import the modules of this folder only where it is wanted.
"""
