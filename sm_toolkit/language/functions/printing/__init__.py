"""Machines are printed as Python functions of the subset that ``machine`` takes.

Where the function that a machine was made of is at hand, it is printed itself. Of a machine that came over the wire the
function is recognised, mostly: its text becomes the same machine again. Any other is run on values that are not there
yet, and what it does with them is written down.
"""

from sm_toolkit.language.functions.printing.programs import to_python as to_python
