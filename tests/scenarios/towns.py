"""Two towns with a bridge between them, for what looks for one."""

from dataclasses import replace

import numpy as np

from scenarios.toy import toy_city
from twin.entities import Street
from twin.world import City


def two_towns(side: int = 5) -> tuple[City, list[int]]:
    """Two grids of arterials with 200 m streets, a bridge of 400 m between their middles, and the bridge's edges."""
    x, y = (part.ravel() for part in np.meshgrid(np.arange(2 * side), np.arange(side)))
    place = {(int(a), int(b)): number for number, (a, b) in enumerate(zip(x, y, strict=True))}
    links = [((a, b), (a, b + 1)) for a, b in place if (a, b + 1) in place]
    links += [((a, b), (a + 1, b)) for a, b in place if (a + 1, b) in place and (a != side - 1 or b == side // 2)]
    ends = sorted(pair for a, b in links for pair in ((place[a], place[b]), (place[b], place[a])))
    tail, head = np.array(ends, dtype=np.int64).T
    bridge = [edge for edge, (a, b) in enumerate(ends) if abs(x[a] - x[b]) == 1 and {x[a], x[b]} == {side - 1, side}]
    length = np.full(len(head), 200_000, dtype=np.int64)
    length[bridge] = 400_000
    nodes = len(x)
    city = replace(
        toy_city(), name="two-towns",
        lon=np.array(x * 0.002), lat=np.array(y * 0.002), x_m=np.array(x * 200.0), y_m=np.array(y * 200.0),
        area=np.zeros(nodes, dtype=np.int64), start=np.searchsorted(tail, np.arange(nodes + 1)).astype(np.int64),
        head=head, length_mm=length, street=np.full(len(head), int(Street.ARTERIAL)),
        speed_mmps=np.full(len(head), 12_500),
    )  # fmt: skip
    return city, bridge
