"""The records of the primitives, by what they work on; ``primitives`` is the table of all."""
