"""What routing cost, and what it would have cost whoever had known the day: an oracle in hindsight.

``visits`` reads from the ledger which doors our street vehicles delivered at, and how long each took; that is given.
What the oracle chooses is who goes where, in which order and when. ``bound`` is a lower bound on what that costs,
proven by relaxation on the ``ways`` of the fastest moments; ``plan`` is a plan that a solver found, so an estimate from
above. ``oracle`` puts them together, ``command`` is ``twin regret``.
"""
