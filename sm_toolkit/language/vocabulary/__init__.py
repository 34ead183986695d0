"""The names that people write machines with. Each only builds a term."""
