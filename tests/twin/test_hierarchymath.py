"""Contraction keeps all ways; a correction ends where customising anew ends."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.twin.graphs import Graph, graphs
from tests.twin.orders import contracted
from twin.entities import FAR
from twin.hierarchy import packed
from twin.hierarchymath import NEVER, below, closure, contract, customise, update


@settings(max_examples=200)
@given(graphs(), st.randoms(use_true_random=False), st.data())
def test_corrected_weights_are_those_of_customising_anew(graph: Graph, random: object, data: st.DataObject) -> None:
    """Any streets faster, slower or closed, then open again: both ways give the same weights, arc by arc."""
    made = contracted(graph.city, random)
    cost = graph.cost
    both = customise(made.first, made.top, made.arc, packed(cost, graph.length_mm))
    for _ in range(3):
        changes = data.draw(st.lists(st.sampled_from([1, 500_000, FAR]), min_size=len(cost), max_size=len(cost)))
        which = data.draw(st.lists(st.booleans(), min_size=len(cost), max_size=len(cost)))
        new = np.where(np.array(which, dtype=bool), np.array(changes, dtype=np.int64), cost)
        weight = packed(new, graph.length_mm)
        edges = np.flatnonzero(new != cost)
        update(
            made.first, made.top, made.lower, *made.below, made.node_of, graph.start, made.arc, weight, both, edges
        )  # fmt: skip
        assert np.array_equal(both, customise(made.first, made.top, made.arc, weight))
        cost = new


@given(graphs(), st.randoms(use_true_random=False))
def test_every_street_is_an_arc_and_higher_neighbours_are_joined(graph: Graph, random: object) -> None:
    """Streets map to the arc between their ends; of two arcs up from one rank there is one between their ends."""
    made = contracted(graph.city, random)
    first, top, lower = made.first, made.top, made.lower
    arcs = set(zip(lower.tolist(), top.tolist(), strict=True))
    for edge, (a, b) in enumerate(zip(made.rank[graph.tail].tolist(), made.rank[graph.head].tolist(), strict=True)):
        arc = int(made.arc[edge])
        assert arc == -1 if a == b else (lower[arc >> 1], top[arc >> 1], arc & 1) == (min(a, b), max(a, b), a > b)
    for low in range(graph.nodes):
        ends = top[first[low] : first[low + 1]].tolist()
        assert ends == sorted(set(ends))
        assert all((ends[0], other) in arcs for other in ends[1:])


@given(graphs(), st.randoms(use_true_random=False))
def test_arcs_by_their_higher_rank_are_all_arcs(graph: Graph, random: object) -> None:
    """Each arc once, under its higher rank, by its lower rank ascending."""
    made = contracted(graph.city, random)
    begin, arcs = below(made.first, made.top)
    assert sorted(arcs.tolist()) == list(range(len(made.top)))
    for high in range(graph.nodes):
        some = arcs[begin[high] : begin[high + 1]]
        assert np.all(made.top[some] == high)
        assert np.all(np.diff(made.lower[some]) > 0)


@given(graphs(), st.randoms(use_true_random=False), st.data())
def test_a_closure_holds_all_that_is_above(graph: Graph, random: object, data: st.DataObject) -> None:
    """Whatever an arc of it leads to is in it, and so are the ranks that were asked for."""
    made = contracted(graph.city, random)
    ranks = np.array(data.draw(st.lists(st.integers(0, graph.nodes - 1), unique=True)), dtype=np.int32)
    above, begin, end = closure(made.first, made.top, ranks)
    assert set(ranks.tolist()) <= set(above.tolist())
    for at, low in enumerate(above.tolist()):
        assert (
            above[end[begin[at] : begin[at + 1]]].tolist() == made.top[made.first[low] : made.first[low + 1]].tolist()
        )


def test_contraction_is_given_up_when_it_grows_out_of_hand() -> None:
    """With more arcs than are allowed nothing comes back."""
    nodes = 6
    head = np.array([other for node in range(nodes) for other in range(nodes) if other != node])
    start = np.arange(0, len(head) + 1, nodes - 1)
    rank = np.arange(nodes, dtype=np.int32)
    assert len(contract(rank, start, head, 15)[1]) == 15
    assert len(contract(rank, start, head, 14)[0]) == 0


def test_twice_never_is_still_a_number() -> None:
    """Sums of two closed arcs do not wrap around."""
    assert 2 * NEVER < 1 << 63
