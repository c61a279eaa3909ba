"""What operations know of works, incidents and closures, and what a driver at a barrier sees."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.units import NEVER
from twin.world import Disruptions

Ints = NDArray[np.int64]
_NONE = np.empty(0, dtype=np.int64)


class Known:
    """Looks a world's disruptions up by time; what is known changes only at some moments.

    Parameters
    ----------
    disruptions : Disruptions
    """

    def __init__(self, disruptions: Disruptions) -> None:
        self.all = disruptions
        self._since = np.maximum(disruptions.start, disruptions.detected)
        told = disruptions.until > self._since
        self._moments: list[int] = np.unique(np.concatenate([self._since[told], disruptions.until[told]])).tolist()
        self._asked = -1
        self._rows = _NONE

    def epoch(self, time: int) -> int:
        """How often what is known has changed by then: the key of everything that follows from it."""
        return bisect_right(self._moments, time)

    def span(self, time: int) -> tuple[int, int]:
        """From when to before when what is known is the same as at ``time``; to ``NEVER`` if it stays."""
        place = self.epoch(time)
        begins = self._moments[place - 1] if place else 0
        return begins, self._moments[place] if place < len(self._moments) else NEVER

    def changed(self, time: int) -> bool:
        """Whether a closure becomes known, or is thought to be over, at this very moment."""
        shut = self.all.permille == 0
        return bool((shut & ((self._since == time) | (self.all.until == time))).any())

    def rows(self, time: int) -> Ints:
        """Rows of the disruptions that are known and not thought to be over."""
        epoch = self.epoch(time)
        if epoch != self._asked:
            self._asked = epoch
            self._rows = np.flatnonzero((self._since <= time) & (time < self.all.until))
        return self._rows

    def at(self, time: int) -> tuple[Ints, Ints, Ints]:
        """Edges that are known to be disturbed, once each, and the factors in thousandths on speed and on delay."""
        rows = self.rows(time)
        if not len(rows):
            return _NONE, _NONE, _NONE
        edges, begin = np.unique(self.all.edge[rows], return_index=True)
        speed = np.minimum.reduceat(self.all.permille[rows], begin)
        return edges, speed, np.maximum.reduceat(self.all.delay[rows], begin)

    def closures(self, time: int) -> bool:
        """Whether any street is known to be closed."""
        return bool((self.all.permille[self.rows(time)] == 0).any())

    def is_closed(self, edge: int, time: int) -> bool:
        """The truth, for who stands before it."""
        return self._closed_until(edge, time) > time

    def _closed_until(self, edge: int, time: int) -> int:
        d, rows = self.all, slice(self.all.first[edge], self.all.first[edge + 1])
        shut = (d.permille[rows] == 0) & (d.start[rows] <= time) & (time < d.end[rows])
        return int(d.end[rows][shut].max(initial=time))

    def changes(self, time: int, shut: Sequence[int]) -> int:
        """When who is boxed in tries again: something is heard of or thought to be over, or a barrier opens."""
        ends = [end for end in (self._closed_until(edge, time) for edge in shut) if end > time]
        epoch = self.epoch(time)
        return min(ends + self._moments[epoch : epoch + 1], default=time)
