"""A lower bound on tours through given places: trees with prices on the places, as of Held and Karp.

Tours from a depot through n places, k of them, are n + k ways. Without one way back to the depot of each tour, n ways
are left that join everything: a tree. So a least tree and the k least ways back, to distinct places, cost no more. A
price on a place that is paid at each end of a way there changes all sets of tours by the same amount, because each
place has two ends, so prices that make places with one end dear and those with three cheap raise the bound (Held
& Karp 1970, Operations Research 18:1138-1162; for several tours Fisher 1994, Operations Research 42:626-642).
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUNDS = 120
"""Of raising prices; it changes little after some tens (D)."""


def tours_cost_at_least(ways: NDArray[np.int64], tours: int, rounds: int = ROUNDS) -> int:
    """What any tours from place 0 through all the others cost at least.

    Parameters
    ----------
    ways : (n + 1, n + 1) int64
        Cost of each way, not negative; the cheaper of both directions counts.
    tours : int
        There are at least so many, of one place or more each.
    rounds : int
        Of raising prices.
    """
    count = len(ways) - 1
    if count < 1:
        return 0
    both = np.minimum(ways, ways.T).astype(np.float64)
    price, before = np.zeros(count + 1), np.zeros(count + 1)
    best, step = 0.0, 0.0
    for number in range(max(rounds, 1)):
        value, lean = _relaxed(both + price[:, None] + price[None, :], price[0], min(max(tours, 1), count))
        value -= 2 * float(price[1:].sum())
        best, step = max(best, value), 0.97 * step if number else value / count / 4
        if not lean.any():
            break
        price += step * (0.7 * lean + 0.3 * before)
        before = lean
    return max(math.floor(best * (1 - 1e-9)), 0)  # sums of floats are off in the last digits


def _relaxed(cost: Floats, depot: float, tours: int) -> tuple[float, Floats]:
    """The least tree and ways back; and how many ends each place has too many, the depot's trees against ways back.

    The depot has as many ends in the tree as there are ways back to it, so its price is paid by the former and paid
    out by the latter.
    """
    total, ends = _tree(cost)
    back = cost[0, 1:] - 2 * depot
    order = np.argsort(back, kind="stable")
    chosen = order[: max(tours, int(np.count_nonzero(back < 0)))]
    ends[1:][chosen] += 1
    ends[1:] -= 2
    ends[0] -= len(chosen)
    return total + float(back[chosen].sum()), ends


def _tree(cost: Floats) -> tuple[float, Floats]:
    """The least tree through all places, from place 0 (Prim 1957), and the ends at each place."""
    count = len(cost)
    nearest, via = cost[0].copy(), np.zeros(count, dtype=np.int64)
    nearest[0] = np.inf
    outside = np.ones(count, dtype=np.bool_)
    outside[0] = False
    ends, total = np.zeros(count), 0.0
    for _ in range(count - 1):
        place = int(nearest.argmin())
        total += float(nearest[place])
        ends[place] += 1
        ends[via[place]] += 1
        outside[place], nearest[place] = False, np.inf
        closer = (cost[place] < nearest) & outside
        nearest[closer], via[closer] = cost[place, closer], place
    return total, ends
