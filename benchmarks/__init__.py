"""How fast it is, beside what one would write by hand: `python -m benchmarks` measures all, and tells of it in docs."""
