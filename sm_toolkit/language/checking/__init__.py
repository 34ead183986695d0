"""What type a term has, and what to tell where it has none."""
