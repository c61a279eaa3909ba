"""Many tests at once: how often a family of them errs, not each on its own."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def adjusted(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """Holm's adjusted p-values: those at most ``alpha`` are found, with one false find in a family at most that often.

    Valid however the tests hang together (Holm 1979, Scandinavian Journal of Statistics 6:65-70).
    """
    found: dict[Key, float] = {}
    least = 0.0
    for rank, (key, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        least = max(least, min(1.0, (len(p_values) - rank) * p))
        found[key] = least
    return {key: found[key] for key in p_values}


def holm(p_values: Mapping[Key, float], alpha: float) -> set[Key]:
    """The tests of a family that are found at ``alpha``."""
    return {key for key, p in adjusted(p_values).items() if p <= alpha}
