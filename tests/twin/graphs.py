"""Small random street networks for hypothesis, as the arrays that the kernels read, and as a city."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from twin.world import City

Ints = NDArray[np.int64]


class Graph(NamedTuple):
    """Edges by node, in the order of their tails."""

    start: Ints
    head: Ints
    tail: Ints
    cost: Ints
    length_mm: Ints

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.start) - 1

    @property
    def city(self) -> City:
        """The same streets; nodes stand on a ring, in one area where nobody lives."""
        angle = np.arange(self.nodes) * 2.4
        x, y = np.cos(angle) * 100, np.sin(angle) * 100
        flat, one = np.zeros(len(self.head), dtype=np.int64), np.ones(1)
        return City(
            "ring", x / 1e5, 40 + y / 1e5, x, y, np.zeros(self.nodes, dtype=np.int64), self.start, self.head,
            self.length_mm, flat, flat + 10_000, np.ones(1, dtype=np.uint64), one, one, one, np.ones((1, 1)),
            flat[:1], flat[:1],
        )  # fmt: skip


@st.composite
def graphs(draw: st.DrawFn, most: int = 12, ties: bool = False) -> Graph:
    """Directed, with loops, parallel edges, dead ends and islands as chance has it; with ``ties`` few costs."""
    nodes = draw(st.integers(1, most))
    node = st.integers(0, nodes - 1)
    ends = sorted(draw(st.lists(st.tuples(node, node), max_size=4 * nodes)))
    tail = np.array([a for a, _ in ends], dtype=np.int64)
    head = np.array([b for _, b in ends], dtype=np.int64)
    numbers = st.lists(st.integers(1, 3 if ties else 1_000_000), min_size=len(ends), max_size=len(ends))
    cost, length = (np.array(draw(numbers), dtype=np.int64) for _ in range(2))
    return Graph(np.searchsorted(tail, np.arange(nodes + 1)).astype(np.int64), head, tail, cost, length)
