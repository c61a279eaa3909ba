"""Plan a wave: ``nearest`` (baseline), ``insertion``, ``pyvrp``, ``ortools``.

All four see one ``problem`` (what may wait, what lateness costs, with the ``risk`` of failing), which ``prepare``
reads from the view; they price tours by ``timing`` and stop by counts. Insertion is to ``grow`` (by ``quote`` and
``timetable``), ``dissolve`` and ``improve``; ``pyvrpdata`` translates.
"""
