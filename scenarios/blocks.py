"""The blocks of a synthetic city: patches of grid, each turned its own way, neat in the core, loose outside."""

import numpy as np
from scipy.spatial import cKDTree

from twin.world import Floats, Ints

APART = 0.55
"""Blocks between any two junctions of local streets."""


def draw_blocks(luck: np.random.Generator, radius: float) -> tuple[Floats, Ints]:
    """Local junctions out to 1.35 radii: places (2, n), and each one's patch, row and column (3, n)."""
    far = 1.35 * radius
    patches = max(5, round(radius / 3.0))
    out, around = far * np.sqrt(luck.random(patches)), luck.uniform(0.0, 2.0 * np.pi, patches)
    out[0] = 0.0  # the core is one patch
    seeds = np.stack([out * np.cos(around), out * np.sin(around)])
    tree, turns = cKDTree(seeds.T), luck.uniform(0.0, 0.5 * np.pi, patches)
    reach = _reach(tree, patches, far)
    found = [_patch(k, float(turns[k]), float(reach[k]), seeds[:, k], tree) for k in range(patches)]
    places, grid = (np.concatenate(part, axis=1) for part in zip(*found, strict=True))
    inside = np.hypot(*places) < far
    places, grid = places[:, inside], grid[:, inside]
    places = places + _loose(luck, places, radius)
    keep = np.ones(places.shape[1], dtype=np.bool_)
    keep[cKDTree(places.T).query_pairs(APART, output_type="ndarray").max(axis=1, initial=-1)] = False
    return places[:, keep], grid[:, keep]


def _reach(tree: cKDTree, patches: int, far: float) -> Floats:
    """How far each patch reaches from its seed."""
    side = np.linspace(-far, far, 160)
    sample = np.stack([part.reshape(-1) for part in np.meshgrid(side, side)], axis=1)
    distance, owner = tree.query(sample)
    reach = np.zeros(patches)
    np.maximum.at(reach, owner, distance)
    return reach + far / 80.0 + 1.0


def _patch(k: int, turn: float, reach: float, seed: Floats, tree: cKDTree) -> tuple[Floats, Ints]:
    """The part of patch ``k``'s own grid that is nearer to its seed than to any other."""
    side = np.arange(-int(reach), int(reach) + 1)
    row, column = (part.reshape(-1) for part in np.meshgrid(side, side))
    cos, sin = np.cos(turn), np.sin(turn)
    places = np.stack([cos * column - sin * row + seed[0], sin * column + cos * row + seed[1]])
    own = tree.query(places.T)[1] == k
    return places[:, own], np.stack([np.full(own.sum(), k), row[own], column[own]]).astype(np.int64)


def _loose(luck: np.random.Generator, places: Floats, radius: float) -> Floats:
    """How far junctions stand off their grid: not at all in the core; bent and scattered outside."""
    part = np.clip((np.hypot(*places) / radius - 0.15) / 0.6, 0.0, 1.0)
    phase = luck.uniform(0.0, 2.0 * np.pi, (2, 2, 1))
    x, y = places
    waves = np.stack([np.sin(0.55 * y + phase[0, 0]) + np.sin(0.21 * x + phase[0, 1]),
                      np.sin(0.55 * x + phase[1, 0]) + np.sin(0.21 * y + phase[1, 1])])  # fmt: skip
    scatter = luck.uniform(-1.0, 1.0, places.shape)
    off: Floats = (0.05 + 0.22 * part) * scatter + 0.55 * part * waves
    return off
