from sm_toolkit import machine

machine(source="LIMIT = 3\n")
