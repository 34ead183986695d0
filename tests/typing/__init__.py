"""Programs that the static checkers must accept, and programs that they must reject."""
