"""A fingerprint of data."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cases import plain_view
from policies.digest import digest
from policies.waves import wave

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@dataclass
class Node:
    """Something that may point at itself."""

    value: int
    other: Any = None


class Slotted:
    """Something without a dictionary."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value


@given(PLAIN, PLAIN)
def test_equal_data_and_only_that_has_equal_fingerprints(one: object, other: object) -> None:
    """Fingerprints tell data apart as their texts do."""
    assert (digest(one) == digest(other)) == (repr(one) == repr(other))


def test_a_change_anywhere_shows() -> None:
    """Deep inside dataclasses, arrays, slots and sets."""
    view, other = plain_view(dispatch=wave(4, 1)), plain_view(dispatch=wave(4, 1))
    assert digest(view) == digest(other)
    other.stocks[0, 0] += 1
    assert digest(view) != digest(other)
    assert digest(view) != digest(replace(view, dispatch=wave(4, 1, seed=1)))
    assert digest(Slotted(1)) != digest(Slotted(2))
    assert digest({1, 2}) == digest({2, 1}) != digest({1, 3})
    assert digest(np.arange(3)) != digest(np.arange(3.0))


def test_sharing_does_not_matter_and_loops_end() -> None:
    """One object twice is as two equal ones; a thing may contain itself."""
    shared = [1, 2]
    assert digest([shared, shared]) == digest([[1, 2], [1, 2]])
    loop = Node(1)
    loop.other = loop
    first = digest(loop)
    loop.value = 2
    assert digest(loop) != first


@pytest.mark.parametrize("value", [len, np, Node, lambda: 0])
def test_code_counts_by_name(value: object) -> None:
    """Functions, classes and modules are named, not walked through."""
    assert digest(value) == digest(value)
