"""The tests of the language, a module for each of its modules."""
