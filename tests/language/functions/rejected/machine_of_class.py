from sm_toolkit import machine


@machine
class Step:
    pass
