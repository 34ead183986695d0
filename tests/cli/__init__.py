"""Tests of the sm-toolkit command, mostly by running it as a user does."""
