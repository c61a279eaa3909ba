"""The compiled street network: what operations believe about travel, and what driving really takes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twin.engines import Engines
from twin.entities import FAR
from twin.known import Known
from twin.specs import VehicleKind
from twin.world import City, Disruptions, TrafficField

Ints = NDArray[np.int64]


class Way(NamedTuple):
    """Edges in order, their metres, and the milliseconds that they were believed to take."""

    edges: Ints
    metres: int
    expected: int


_REMEMBERED = 1 << 14
"""Ways that are kept, about 5 MB: most are driven once."""


class Roads:
    """Times and ways on the streets of a city, for each kind of vehicle.

    Parameters
    ----------
    city : City
    traffic : TrafficField
        ``profile`` is what operations believe; with ``noise`` it is the truth.
    disruptions : Disruptions
        Operations know of each from its ``detected`` to its ``until``; in truth it holds from ``start`` to ``end``.
    kinds : tuple of VehicleKind
        Kinds with equal speeds share a profile.
    live : float
        How much of what streets are faster or slower now than usual is believed to last; 0: nobody looks.
    """

    def __init__(
        self,
        city: City,
        traffic: TrafficField,
        disruptions: Disruptions,
        kinds: tuple[VehicleKind, ...],
        live: float = 0.0,
    ) -> None:
        self.city = city
        self.traffic = traffic
        self.known = Known(disruptions)
        caps = [kind.speed_kmh for kind in kinds]
        self._caps = list(dict.fromkeys(caps))
        self.profile_of = [self._caps.index(cap) for cap in caps]
        self.limits = [_limit(city, cap) for cap in self._caps]
        self._streets = np.stack([city.length_mm, city.speed_mmps, traffic.column, traffic.group])
        d = disruptions
        self._upsets = np.stack([d.start, d.end, d.detected, d.until, d.permille, d.delay])
        self._first = d.first
        self._space = np.zeros((5, city.nodes), dtype=np.int64)
        self._space[0] = FAR
        self.engines = Engines(city)
        self._heap = np.empty((2, len(city.head) + 1), dtype=np.int64)
        self._live = round(live * 1000)
        self._usual: dict[tuple[int, int], Ints] = {}
        self._moment = (0, 0, -1)
        self._valid = range(0)
        self._now: dict[int, tuple[tuple[int, int, int], Ints]] = {}
        self._flowing: dict[int, tuple[int, int, Ints]] = {}
        self._ways: dict[tuple[int, int, int, tuple[int, int, int]], Way | None] = {}

    def usual(self, profile: int, time: int) -> Ints:
        """(edges,) int64: milliseconds that each edge usually takes for who leaves at ``time``, undisturbed."""
        key = (profile, self._row(time))
        if key not in self._usual:
            self._usual[key] = self._cost(profile, self.traffic.profile[key[1], self.traffic.column])
        return self._usual[key]

    def believed(self, profile: int, time: int) -> Ints:
        """(edges,) int64: the same, with what is known at ``time`` of traffic, works, incidents and closures.

        Only what changed since it was last asked is computed; closed edges hold ``FAR``.
        """
        moment = self._at(time)
        last = self._now.get(profile)
        if last is None or last[0] != moment:
            last = self._now[profile] = (moment, self._disturbed(profile, moment[0], time))
        return last[1]

    def _at(self, time: int) -> tuple[int, int, int]:
        """Row of the profile, step of the traffic and epoch of what is known: the key of all that is believed."""
        if time not in self._valid:
            period, (begins, ends) = self.traffic.period, self.known.span(time)
            first = time // period * period
            self._valid = range(max(first, begins), min(first + period, ends))
            self._moment = (self._row(time), self._step(time), self.known.epoch(time))
        return self._moment

    def _step(self, time: int) -> int:
        """The period of the traffic that is seen at ``time``; the same for all times if nobody looks."""
        return min(time // self.traffic.period, len(self.traffic.noise) - 1) if self._live else 0

    def _factor(self, row: int, time: int, edges: Ints | slice = slice(None)) -> Ints:
        """(edges,) int64: believed speed over free flow, in thousandths: the usual, moved towards what is seen now."""
        usual: Ints = self.traffic.profile[row, self.traffic.column[edges]]
        if not self._live:
            return usual
        seen = self.traffic.noise[self._step(time)].astype(np.int64)
        now: Ints = usual * (1000 + (seen - 1000) * self._live // 1000)[self.traffic.group[edges]] // 1000
        return now

    def _flow(self, profile: int, row: int, time: int) -> Ints:
        """(edges,) int64: milliseconds of each edge without works, incidents and closures; the last of each is kept."""
        if not self._live:
            return self.usual(profile, time)
        last = self._flowing.get(profile)
        if last is None or last[:2] != (row, self._step(time)):
            cost = self._cost(profile, self._factor(row, time))
            last = self._flowing[profile] = (row, self._step(time), cost)
        return last[2]

    def _disturbed(self, profile: int, row: int, time: int) -> Ints:
        edges, speed, delay = self.known.at(time)
        flow = self._flow(profile, row, time)
        if not len(edges):
            return flow
        cost, factor = flow.copy(), self._factor(row, time, edges)
        index = np.maximum(1_000_000 // np.maximum(factor, 1), 1000)
        left = 1_000_000 // (1000 + (index - 1000) * delay // 1000) * speed // 1000
        slow = self._cost(profile, np.maximum(left, np.minimum(factor, 50)), edges)
        cost[edges] = np.where(speed == 0, FAR, slow)
        return cost

    def _cost(self, profile: int, factor: Ints, edges: Ints | slice = slice(None)) -> Ints:
        free, limit = self.city.speed_mmps[edges], self.limits[profile][edges]
        speed = np.maximum(np.minimum(free * factor // 1000, limit), 1)
        cost: Ints = -(-self.city.length_mm[edges] * 1000 // speed)
        return cost

    def _row(self, time: int) -> int:
        row = self.traffic.row
        return int(row[min(time // self.traffic.period, len(row) - 1)])

    def matrices(self, places: Ints, profile: int, time: int, leaving: int | None = None) -> tuple[Ints, Ints]:
        """Believed milliseconds, and metres, between places: two (n, n) int64 arrays.

        Metres are those of the shortest of the fastest ways, rounded. Whichever of the :mod:`~twin.engines` computes
        them, the numbers are the same.

        Parameters
        ----------
        places : (n,) int64
            Nodes; the same node may stand more than once.
        profile : int
            Index of the speed profile (see ``profile_of``).
        time : int
            Now: what is known at this time of traffic and disruptions is believed to last.
        leaving : int, optional
            When the journey would begin, if not now: its hour's usual traffic.
        """
        row = self._row(time if leaving is None else leaving)
        cost = self.believed(profile, time) if row == self._row(time) else self._disturbed(profile, row, time)
        distinct, where = np.unique(places, return_inverse=True)
        duration, length_mm = self.engines.times(cost, distinct)
        pairs = np.ix_(where, where)
        return duration[pairs], np.where(length_mm < FAR, (length_mm + 500) // 1000, FAR)[pairs]

    def way(self, origin: int, target: int, profile: int, time: int, shut: tuple[int, ...] = ()) -> Way | None:
        """The way that a driver takes who leaves at ``time``; None where closures cut it off.

        Remembered by what is known of closures. ``shut`` are edges that this driver has found closed.

        Raises
        ------
        ValueError
            If there is no way on any day.
        """
        if shut:
            cost = self.believed(profile, time).copy()
            cost[list(shut)] = FAR
            return self._find(origin, target, cost)
        key = (origin, target, profile, self._at(time))
        if key not in self._ways:
            if len(self._ways) >= _REMEMBERED:
                self._ways.clear()
            self._ways[key] = self._find(origin, target, self.believed(profile, time))
        return self._ways[key]

    def _find(self, origin: int, target: int, cost: Ints) -> Way | None:
        edges = self._path(origin, target, cost)
        if origin != target and not len(edges):
            if not len(self._path(origin, target, self.city.length_mm)):
                raise ValueError(f"no street leads from node {origin} to node {target}")
            return None
        return Way(edges, self.metres(edges), int(cost[edges].sum()))

    def _path(self, origin: int, target: int, cost: Ints) -> Ints:
        from twin.streetmath import path

        city = self.city
        edges: Ints = path(
            city.start, city.head, city.tail, cost, city.length_mm, origin, target, self._space, self._heap
        )  # fmt: skip
        return edges

    def metres(self, edges: Ints) -> int:
        """Length of a way."""
        return (int(self._streets[0][edges].sum()) + 500) // 1000

    def drive(
        self, edges: Ints, profile: int, planned: int, time: int, behind_m: int = 0, upto_m: int = FAR
    ) -> tuple[int, int]:
        """When who goes on at ``time`` has driven a way under the true traffic, and how many of its edges.

        It ends early where the vehicle must turn, or ``upto_m`` from ``behind_m``: see :func:`~twin.streetmath.drive`.
        """
        from twin.streetmath import drive

        traffic = self.traffic
        end, driven = drive(
            edges, behind_m * 1000, upto_m * 1000, self._streets, self.limits[profile], traffic.profile, traffic.row,
            traffic.noise, traffic.period, self._first, self._upsets, planned, time,
        )  # fmt: skip
        return int(end), int(driven)


def _limit(city: City, cap: tuple[float, float, float, float]) -> Ints:
    """(edges,) int64: what a vehicle can do on each edge, in mm/s."""
    limit: Ints = np.array([round(kmh * 1e6 / 3600) for kmh in cap], dtype=np.int64)[city.street]
    return limit
