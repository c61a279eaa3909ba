"""The toy world's streets: nine nodes on a square grid of 500 m. The picture is in :mod:`scenarios.toy`."""

import math
from functools import lru_cache

import numpy as np

from scenarios.cells import areas_of
from twin.entities import Street
from twin.world import City

LAT, LON = 40.0, -100.0
_DEGREE_M = 111_195.0


@lru_cache(maxsize=1)
def toy_city() -> City:
    """Nine nodes on a square grid of 500 m."""
    step = np.array([-500.0, 0.0, 500.0])
    x, y = np.tile(step, 3), np.repeat(step, 3)
    lon, lat = LON + x / (_DEGREE_M * math.cos(math.radians(LAT))), LAT + y / _DEGREE_M
    cell, area = areas_of(lat, lon, 8)
    ends = sorted(
        pair
        for a in range(9)
        for b in ([a + 1] if a % 3 < 2 else []) + ([a + 3] if a < 6 else [])
        for pair in ((a, b), (b, a))
    )
    tail, head = np.array(ends, dtype=np.int64).T
    street = np.where((tail // 3 == 1) & (head // 3 == 1), Street.ARTERIAL, Street.RESIDENTIAL).astype(np.int64)
    west = np.array([x[area == a].mean() < -250.0 for a in range(len(cell))])
    members = np.bincount(area).astype(np.float64)
    return City(
        name="toy",
        lon=lon,
        lat=lat,
        x_m=x,
        y_m=y,
        area=area,
        start=np.searchsorted(tail, np.arange(10)).astype(np.int64),
        head=head,
        length_mm=np.full(len(head), 500_000, dtype=np.int64),
        street=street,
        speed_mmps=np.where(street == Street.ARTERIAL, 12_500, 10_000).astype(np.int64),
        cell=cell,
        households=members * 10.0,
        jobs=members * 5.0,
        income=np.ones(len(cell)),
        dwelling=np.tile([0.2, 0.2, 0.2, 0.2, 0.2], (len(cell), 1)),
        district=np.arange(len(cell), dtype=np.int64) % 3,
        zone=np.where(west, 0, 1).astype(np.int64),
    )
