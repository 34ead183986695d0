from sm_toolkit import machine

step = machine(lambda n, state: (n, state))
