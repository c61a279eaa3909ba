"""Plan a wave: ``nearest`` (baseline), ``insertion``, ``pyvrp``, ``ortools``.

All four see one ``problem`` (what may wait, what lateness costs), price tours by ``timing`` and stop by counts.
"""
