"""Groups whose evidence is still to come: strict for all others. Empty it, and every key needs an entry."""

TO_COME: frozenset[str] = frozenset()
