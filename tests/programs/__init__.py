"""Python programs made at random, of the subset that becomes machines, and what each means as plain Python."""
