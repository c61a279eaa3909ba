"""Scenario packs on the command line: every combination of several, for a sweep."""

import re
from itertools import combinations

from twin.errors import InputError

GROUP = "scenario"
NOTHING = "weekday"
"""The pack that changes nothing."""
_PRODUCT = re.compile(rf"{GROUP}=product\((.*)\)")
MOST = 6
"""Packs of a product: 64 combinations."""


def spread(word: str) -> str:
    """``scenario=product(peak,storm)`` as the sweep of all its combinations; other words as they are.

    Raises
    ------
    InputError
        If the packs of a product are none, too many, or the same.
    """
    found = _PRODUCT.fullmatch(word.replace(" ", ""))
    if found is None:
        return word
    packs = found[1].split(",")
    if not all(packs) or len(set(packs)) < len(packs) or len(packs) > MOST:
        raise InputError(
            f"command line: {word!r} must name 1 to {MOST} packs, each once; write {GROUP}=product(peak,storm)"
        )
    chosen = [one for count in range(len(packs) + 1) for one in combinations(packs, count)]
    return f"{GROUP}={','.join(_choice(one) for one in chosen)}"


def _choice(packs: tuple[str, ...]) -> str:
    return f"[{','.join(packs)}]" if len(packs) > 1 else "".join(packs) or NOTHING
