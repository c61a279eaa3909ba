"""Plan a wave: ``nearest`` (baseline), ``insertion``, ``stochastic``, ``pyvrp``, ``ortools``, a program (``external``).

All see one ``problem`` (what may wait, what lateness costs, with the ``risk`` of failing), which ``prepare``
reads from the view; they price tours by ``timing`` and stop by counts. Insertion is to ``grow`` (by ``quote`` and
``timetable``), ``dissolve`` and ``improve``; stochastic improves by what is ``expected``. ``reoptimise`` plans between
the waves as well: a dispatch comes apart into ``parts``, and ``launches`` says who flies. ``wavemodel`` puts a wave
into the words of ``policies.solvers``, and their answer into ours; ``wavesolve`` asks them, by territories when a wave
is large, and follows the streets of each hour. ``consolidate`` looks ``ahead``: what may wait, and for what.
"""
