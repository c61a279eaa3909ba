"""What somebody probably meant."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], limit: int = 12) -> str:
    """A hint for an unknown name: the nearest known one, or all of them when they are few."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    if not names:
        return "there is none to choose from"
    shown = ", ".join(names[:limit])
    return f"choose one of {shown}" + (", ..." if len(names) > limit else "")
