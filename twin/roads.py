"""The compiled street network: what operations believe about travel, and what driving really takes."""

import numpy as np
from numpy.typing import NDArray

from twin.specs import VehicleKind
from twin.units import DAY
from twin.world import City, TrafficField

Ints = NDArray[np.int64]


class Roads:
    """Times and paths on the streets of a city, for each kind of vehicle.

    Parameters
    ----------
    city : City
    traffic : TrafficField
        ``profile`` is what operations believe, ``permille`` the truth.
    kinds : tuple of VehicleKind
        Kinds with equal speeds share a profile.
    """

    def __init__(self, city: City, traffic: TrafficField, kinds: tuple[VehicleKind, ...]) -> None:
        self.city = city
        self.traffic = traffic
        caps = [kind.speed_kmh for kind in kinds]
        self._caps = list(dict.fromkeys(caps))
        self.profile_of = [self._caps.index(cap) for cap in caps]
        self.limits = [_limit(city, cap) for cap in self._caps]
        self._space = np.zeros((3, city.nodes), dtype=np.int64)
        self._space[0] = 1 << 40
        self._paths: dict[tuple[int, int, int, int], tuple[Ints, int]] = {}
        self._costs: dict[tuple[int, int], Ints] = {}

    def believed(self, profile: int, time: int) -> Ints:
        """(edges,) int64: milliseconds that each edge is believed to take for who leaves at ``time``."""
        key = (profile, self._step(time))
        if key not in self._costs:
            factor = self.traffic.profile[key[1], self.city.street]
            speed = np.maximum(np.minimum(self.city.speed_mmps * factor // 1000, self.limits[profile]), 1)
            self._costs[key] = -(-self.city.length_mm * 1000 // speed)
        return self._costs[key]

    def _step(self, time: int) -> int:
        return (time % DAY) // self.traffic.period

    def matrices(self, places: Ints, profile: int, time: int) -> tuple[Ints, Ints]:
        """Believed milliseconds, and metres, between places: two (n, n) int64 arrays.

        Parameters
        ----------
        places : (n,) int64
            Nodes; the same node may stand more than once.
        profile : int
            Index of the speed profile (see ``profile_of``).
        time : int
            When the journey would begin.
        """
        from twin.streetmath import many_to_many

        city = self.city
        distinct, where = np.unique(places, return_inverse=True)
        cost = self.believed(profile, time)
        duration, distance = many_to_many(city.start, city.head, city.tail, cost, city.length_mm, distinct)
        pairs = np.ix_(where, where)
        return duration[pairs], distance[pairs]

    def leg(self, origin: int, target: int, profile: int, time: int) -> tuple[Ints, int]:
        """Edges that a driver takes who leaves at ``time``, and their metres; remembered.

        Raises
        ------
        ValueError
            If there is no path.
        """
        key = (origin, target, profile, self._step(time))
        known = self._paths.get(key)
        if known is None:
            known = self._paths[key] = self._find(origin, target, self.believed(profile, time))
        return known

    def _find(self, origin: int, target: int, cost: Ints) -> tuple[Ints, int]:
        from twin.streetmath import path

        city = self.city
        edges = path(city.start, city.head, city.tail, cost, origin, target, self._space)
        if origin != target and not len(edges):
            raise ValueError(f"no street leads from node {origin} to node {target}")
        return edges, int((city.length_mm[edges].sum() + 500) // 1000)

    def arrival(self, edges: Ints, profile: int, time: int) -> int:
        """When a vehicle that leaves at ``time`` has driven ``edges`` under the true traffic."""
        from twin.streetmath import drive

        city, traffic = self.city, self.traffic
        free, limit = city.speed_mmps, self.limits[profile]
        return int(drive(edges, city.length_mm, free, limit, city.group, traffic.permille, traffic.period, time))


def _limit(city: City, cap: tuple[float, float, float, float]) -> Ints:
    """(edges,) int64: what a vehicle can do on each edge, in mm/s."""
    limit: Ints = np.array([round(kmh * 1e6 / 3600) for kmh in cap], dtype=np.int64)[city.street]
    return limit
