"""Types, values and terms as bytes, and the hash of a machine."""
