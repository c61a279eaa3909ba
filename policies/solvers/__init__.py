"""Routing problems, solved: of waves, of benchmarks, of anything that is a ``model``. No router is known here.

``solve`` is the door: it gives routes that ``repair`` and ``schedule`` have made possible and that ``feasible``
checks; ``pyvrpsearch`` and ``ortoolssearch`` translate. ``territory`` splits large days, ``squeeze`` takes vehicles
away, ``retime`` drives plans on changing streets, ``consensus`` says what may wait.
"""
