"""The engine of processes, ``processes()``, and what it is made of.

In the order of the data: which parts go to which processes (``chains``); where processes come from (``forking``); what
one of them does (``worker``), and the near end of it (``handles``); the queues between them (``pipes``) and what is in
those (``frames``); all of that put together (``team``), and the engine (``running``).
"""
