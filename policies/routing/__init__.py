"""Plan a wave: ``nearest`` (baseline), ``insertion``, ``stochastic``, ``pyvrp``, ``ortools``, a program (``external``).

All see one ``problem`` (what may wait, what lateness costs, with the ``risk`` of failing), which ``prepare``
reads from the view; they price tours by ``timing`` and stop by counts. Insertion is to ``grow`` (by ``quote`` and
``timetable``), ``dissolve`` and ``improve``; stochastic improves by what is ``expected``. ``reoptimise`` plans between
the waves as well: a dispatch comes apart into ``parts``, and ``launches`` says who flies.

Solvers stand behind one door: ``solve`` takes a ``model`` and gives routes that ``repair`` and ``schedule`` have made
possible and that ``feasible`` checks; ``pyvrpsearch`` and ``ortoolssearch`` translate; ``wavemodel`` makes one.
``territory`` splits large days, ``retime`` drives plans on changing streets, ``consensus`` says what may wait.
"""
