"""Machines are printed as Python functions of the subset that ``machine`` takes.

A machine that a function became is recognised: its text becomes the same machine again. Any other is run on values
that are not there yet, and what it does with them is written down.
"""

from sm_toolkit.language.functions.printing.programs import to_python as to_python
