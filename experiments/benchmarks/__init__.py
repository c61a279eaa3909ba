"""Public routing benchmarks as commands: ``twin bench``.

``instances`` reads what others publish, ``eurogame`` is the dynamic game of a contest and ``strategies`` play it;
``solomon`` and ``euro`` are the studies.
"""
