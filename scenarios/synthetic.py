"""A synthetic city of any size: main roads, a river with bridges, a dense core with one-way streets, suburbs.

The same seed gives the same city, bit for bit, on any machine: coordinates are rounded before anything is decided
by them, and no result of ``exp``, ``log`` or ``power`` is stored.
"""

import math

import numpy as np

from scenarios.cells import areas_of, zones_of
from scenarios.land import draw_land
from scenarios.network import Network, draw_network
from scenarios.plan import Plan, draw_plan
from scenarios.spec import CitySpec
from twin.draws import Draws, Stream
from twin.world import City, Floats, Ints

LAT, LON = 40.0, -100.0
"""A synthetic city stands on the plain, away from any real one."""
DEGREE_M = 111_195.0
"""Metres of a degree of latitude on a sphere of 6,371 km."""
STRETCH = 0.6
"""Blocks at the border are this much wider than in the core, and twice as much longer."""
SPEED_KMH = np.array([30, 40, 50, 90])
"""Free flow on residential, collector, arterial and expressway streets (evidence 14, B/D)."""


def synthetic_city(spec: CitySpec) -> City:
    """Draw the city with ``spec.nodes`` nodes on about ``spec.km2`` square kilometres."""
    draws = Draws(spec.seed)
    plan = draw_plan(spec.nodes, draws)
    network = draw_network(plan, draws.generator(Stream.CITY, 4))
    x, y = _stretched(plan, spec.km2)
    lat = np.round(LAT + y / DEGREE_M, 8)
    lon = np.round(LON + x / (DEGREE_M * math.cos(math.radians(LAT))), 8)
    cell, area = areas_of(lat, lon, spec.resolution)
    order = np.argsort(area, kind="stable")
    part, angle = np.hypot(plan.x, plan.y) / plan.edge, np.arctan2(plan.y, plan.x)
    land = draw_land(draws.generator(Stream.CITY, 5), area, part, angle)
    start, head, street, length = _edges(network, order, x, y)
    return City(
        name=f"synthetic-{spec.nodes}-{spec.seed}",
        lon=lon[order],
        lat=lat[order],
        x_m=x[order],
        y_m=y[order],
        area=area[order],
        start=start,
        head=head,
        length_mm=length,
        street=street,
        speed_mmps=(SPEED_KMH * 10_000 // 36)[street].astype(np.int64),
        cell=cell,
        households=land.households,
        jobs=land.jobs,
        income=land.income,
        dwelling=land.dwelling,
        district=land.district,
        zone=zones_of(cell),
    )


def _stretched(plan: Plan, km2: float) -> tuple[Floats, Floats]:
    """Metres east and north: blocks grow from the centre to the border, and the whole covers ``km2``."""
    block = 1_000.0 * math.sqrt(km2 / math.pi) / (plan.edge * (1.0 + STRETCH))
    grown = block * (1.0 + STRETCH * np.hypot(plan.x, plan.y) / plan.edge)
    return np.round(plan.x * grown, 2), np.round(plan.y * grown, 2)


def _edges(network: Network, order: Ints, x: Floats, y: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    """Streets as directed edges by their tail: start, head, street, length in millimetres."""
    ahead, back = network.one_way >= 0, network.one_way <= 0
    tail = np.concatenate([network.tail[ahead], network.head[back]])
    head = np.concatenate([network.head[ahead], network.tail[back]])
    street = np.concatenate([network.street[ahead], network.street[back]])
    length = np.ceil(1_000.0 * np.hypot(x[tail] - x[head], y[tail] - y[head])).astype(np.int64)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    tail, head = rank[tail], rank[head]
    by_tail = np.lexsort((head, tail))
    start = np.searchsorted(tail[by_tail], np.arange(len(order) + 1)).astype(np.int64)
    return start, head[by_tail], street[by_tail], np.maximum(length[by_tail], 1)
