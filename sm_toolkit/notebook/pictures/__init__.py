"""How pictures are made: from a machine, a pipeline or an upgrade to a scene, and from a scene to SVG or a figure.

No widget and no running engine belongs here, and nothing here knows of the modules of the room around it.
"""
