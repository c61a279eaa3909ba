"""The order in which a street network is contracted: nested dissection by pyroutingkit, an extra."""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from twin.world import City

Small = NDArray[np.int32]


def available() -> bool:
    """Whether pyroutingkit is installed (``pip install 'lastmile-twin[fast]'``; no wheel for Windows)."""
    return find_spec("pyroutingkit") is not None


def ranks(city: City) -> Small | None:
    """(nodes,) int32: the place of each node in the order; None where it cannot be had.

    Separators by inertial flow (Schild & Sommer 2015), as RoutingKit computes them. Any order gives the same times, a
    good one gives them sooner, so nothing but its being an order is checked.
    """
    if not available():
        return None
    from pyroutingkit import CCHTopology

    topology = CCHTopology()
    ends = (city.tail.astype(np.uint32), city.head.astype(np.uint32))
    topology.build(*ends, city.lat.astype(np.float32), city.lon.astype(np.float32), city.nodes)
    with TemporaryDirectory(prefix="lastmile-twin-") as folder:
        topology.save(folder)
        rank = np.fromfile(Path(folder) / "rank", dtype=np.uint32).astype(np.int32)
    return rank if is_order(rank, city.nodes) else None


def is_order(rank: Small, nodes: int) -> bool:
    """Whether each number below ``nodes`` is there once."""
    return rank.shape == (nodes,) and bool(np.array_equal(np.sort(rank), np.arange(nodes)))
