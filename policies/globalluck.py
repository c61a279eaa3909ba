"""Watches the global generators that no policy may touch: the one file that knows them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from policies.digest import digest

_OTHER = 2026
"""A seed that nobody's decision may depend on."""


def fingerprint() -> str:
    """The states of the global generators of ``random`` and ``numpy.random``."""
    return digest((random.getstate(), np.random.get_state()))  # noqa: NPY002 - the global one is the point


@contextmanager
def reseeded() -> Iterator[None]:
    """Other states of both inside, the old ones after."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one is the point
    random.seed(_OTHER)
    np.random.seed(_OTHER)  # noqa: NPY002 - the global one is the point
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002 - the global one is the point
