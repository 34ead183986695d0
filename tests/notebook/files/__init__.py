"""Tests of notebooks as files: what can be told without a kernel. With one they are run in `tests/cli`."""
