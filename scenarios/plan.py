"""Where a synthetic city's junctions are, in units of one block of the core.

Main roads first, then the riverside streets, then the blocks between them: patches of grid, each turned its own
way, neat in the core and loose outside. What lies in the river or too near to a main road goes; of the rest,
those nearest to the centre stay.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.blocks import draw_blocks
from scenarios.mainroads import MainRoads, draw_main_roads
from scenarios.river import River, draw_river
from twin.draws import Draws, Stream
from twin.world import Floats, Ints

CLEAR = 0.68
"""Blocks from a main road to the next junction of a local street."""
MAIN, BANK = -1, -2
"""Marks in ``Plan.patch`` of junctions on main roads and on the riverside."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Junctions of a city.

    Attributes
    ----------
    x, y : (nodes,) float64
        In blocks, east and north of the centre.
    patch, row, column : (nodes,) int64
        Which grid a local junction belongs to and where it stands in it; ``MAIN`` or ``BANK`` otherwise.
    tail, head, street : (links,) int64
        Links of main roads.
    edge : float
        Radius of the city.
    """

    x: Floats
    y: Floats
    patch: Ints
    row: Ints
    column: Ints
    tail: Ints
    head: Ints
    street: Ints
    edge: float
    river: River


def draw_plan(nodes: int, draws: Draws) -> Plan:
    """The junctions of a city of exactly this size."""
    radius = float(np.sqrt(nodes / np.pi))
    river = draw_river(draws.generator(Stream.CITY, 0), radius)
    roads = draw_main_roads(draws.generator(Stream.CITY, 1), radius, river)
    bank = np.stack(river.banks(0.8 * radius))
    ground = np.stack([roads.ground_x, roads.ground_y])
    bank = bank[:, _clear_of(bank, ground)]
    block, grid = draw_blocks(draws.generator(Stream.CITY, 2), radius)
    dry = np.abs(river.side(*block)) > river.half + 0.25
    keep = np.flatnonzero(dry)[_clear_of(block[:, dry], np.concatenate([ground, bank], axis=1))]
    main = np.stack([roads.x, roads.y])
    tags = [np.full((3, main.shape[1]), MAIN), np.full((3, bank.shape[1]), BANK), grid[:, keep]]
    places = np.concatenate([main, bank, block[:, keep]], axis=1)
    far = _outline(draws.generator(Stream.CITY, 3), *places)
    return _cut(places, np.concatenate(tags, axis=1), far, nodes, roads, river)


def _clear_of(places: Floats, others: Floats) -> NDArray[np.bool_]:
    from scipy.spatial import cKDTree

    nearest, _ = cKDTree(others.T).query(places.T, distance_upper_bound=CLEAR)
    clear: NDArray[np.bool_] = ~np.isfinite(nearest)
    return clear


def _outline(luck: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """Distance from the centre, stretched so that the city is not a disc."""
    phase = luck.uniform(0.0, 2.0 * np.pi, 2)
    angle = np.arctan2(y, x)
    far: Floats = np.hypot(x, y) * (1.0 + 0.09 * np.sin(2.0 * angle + phase[0]) + 0.06 * np.sin(5.0 * angle + phase[1]))
    return far


def _cut(places: Floats, tags: Ints, far: Floats, nodes: int, roads: MainRoads, river: River) -> Plan:
    """Keep the nearest ``nodes`` junctions."""
    stays = np.sort(np.argsort(far, kind="stable")[:nodes])
    new = np.full(len(far), -1, dtype=np.int64)
    new[stays] = np.arange(nodes)
    tail, head = new[roads.tail], new[roads.head]
    both = (tail >= 0) & (head >= 0)
    x, y = np.round(places[:, stays], 6)
    patch, row, column = tags[:, stays]
    edge = float(far[stays].max())
    return Plan(x, y, patch, row, column, tail[both], head[both], roads.street[both], edge, river)
