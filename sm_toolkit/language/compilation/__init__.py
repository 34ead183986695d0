"""From a typed term to Python source: the passes of ``compiler``, which alone is meant to be imported elsewhere.

In the order in which a term goes through: ``flow`` runs it on abstract values (``blocks``, made by ``shaping``,
``building`` and ``joining``; ``making`` knows the classes of records) along what is still to be done (``frames``),
through branches and loops (``branching``, ``looping``, ``loops``), with a state (``states``, ``holding``), with what is
known of integers (``facts``) and of fuel (``fuel``), and with functions for what is nested too deep (``parts``,
``interpreted``); ``placement`` chooses where each value is computed; ``emission`` and ``wording`` write the source, and
``expressions`` what stands in it; ``support`` is what the source calls when it runs.
"""
