"""Streets as read, before and during repair: arrays of nodes and directed edges."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from twin.world import Floats, Ints

EARTH_M = 6_371_009.0
"""Mean radius of the Earth (IUGG; the figure OSMnx uses)."""


@dataclass(frozen=True, eq=False)
class Network:
    """Streets as read.

    Attributes
    ----------
    lon, lat : (nodes,) float64
        NaN where a node has no place.
    tail, head : (edges,) int64
        Nodes by position.
    length_m : (edges,) float64
        NaN where unknown.
    street : (edges,) int64
        :class:`~twin.entities.Street`.
    kmh : (edges,) float64
        NaN where no limit is mapped.
    """

    lon: Floats
    lat: Floats
    tail: Ints
    head: Ints
    length_m: Floats
    street: Ints
    kmh: Floats

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.lon)

    @property
    def edges(self) -> int:
        """How many directed edges."""
        return len(self.tail)

    def only(self, edges: NDArray[np.bool_] | Ints) -> "Network":
        """The same nodes with some of the edges, by mask or by position."""
        return replace(
            self,
            tail=self.tail[edges],
            head=self.head[edges],
            length_m=self.length_m[edges],
            street=self.street[edges],
            kmh=self.kmh[edges],
        )

    def within(self, nodes: NDArray[np.bool_]) -> "Network":
        """Some of the nodes, numbered anew in the same order, and the edges between them."""
        number = np.cumsum(nodes) - 1
        inner = self.only(nodes[self.tail] & nodes[self.head])
        return replace(
            inner, lon=self.lon[nodes], lat=self.lat[nodes], tail=number[inner.tail], head=number[inner.head]
        )

    def with_reverse(self, edges: NDArray[np.bool_]) -> "Network":
        """The same streets, some of them open in the other direction too."""
        back = self.only(edges)
        return replace(
            self,
            tail=np.concatenate([self.tail, back.head]),
            head=np.concatenate([self.head, back.tail]),
            length_m=np.concatenate([self.length_m, back.length_m]),
            street=np.concatenate([self.street, back.street]),
            kmh=np.concatenate([self.kmh, back.kmh]),
        )

    def straight_m(self) -> Floats:
        """(edges,) great-circle metres between the ends of each edge (haversine)."""
        lat_a, lat_b = np.radians(self.lat[self.tail]), np.radians(self.lat[self.head])
        half_lat = (lat_b - lat_a) / 2
        half_lon = np.radians(self.lon[self.head] - self.lon[self.tail]) / 2
        chord = np.sin(half_lat) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin(half_lon) ** 2
        metres: Floats = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
        return metres


def local_metres(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of the centre, to the centimetre: equirectangular at the mean latitude.

    Right on both sides of the antimeridian too.
    """
    east = (lon - lon[0] + 180) % 360 - 180
    x = np.radians(east - east.mean()) * np.cos(np.radians(lat.mean())) * EARTH_M
    y = np.radians(lat - lat.mean()) * EARTH_M
    return np.round(x, 2), np.round(y, 2)
