"""A synthetic city's main roads: rings and radials like a spider's web, whose threads are bent.

Units are blocks of the core. Bridges are the links that cross the river; a thread that would run along the
river is interrupted.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from scenarios.river import River
from twin.entities import Street
from twin.world import Floats, Ints

_STEP = {Street.ARTERIAL: 1.0, Street.EXPRESSWAY: 2.4}
"""Blocks between two junctions of a main road."""


@dataclass(frozen=True, slots=True, eq=False)
class MainRoads:
    """Places (x, y), links between them (tail, head, street), and the ground they take (ground_x, ground_y)."""

    x: Floats
    y: Floats
    tail: Ints
    head: Ints
    street: Ints
    ground_x: Floats
    ground_y: Floats


@dataclass(slots=True)
class _Web:
    """The web while it is spun: ``bend`` are four phases."""

    radius: float
    river: River
    bend: Floats
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    links: list[tuple[int, int, int]] = field(default_factory=list)
    ground: list[tuple[Floats, Floats]] = field(default_factory=list)
    knots: dict[tuple[float, float], int] = field(default_factory=dict)

    def place(self, angle: Floats, far: Floats) -> tuple[Floats, Floats]:
        """Where a point of the even web lies in the bent one."""
        part = far / self.radius
        turn = angle + 0.12 * np.sin(3.0 * part + self.bend[0]) + 0.05 * np.sin(8.0 * part + self.bend[1])
        push = far * (1.0 + 0.08 * np.sin(2.0 * angle + self.bend[2]) + 0.04 * np.sin(3.0 * angle + self.bend[3]))
        return push * np.cos(turn), push * np.sin(turn)

    def thread(self, begin: tuple[float, float], end: tuple[float, float], street: Street) -> None:
        """A road from one knot (angle, distance) to another, cut into links of about a block."""
        length = max(abs(end[1] - begin[1]), abs(end[0] - begin[0]) * end[1])
        x, y = self._along(begin, end, max(1, round(length / _STEP[street])))
        names = [_name(begin), *[None] * (len(x) - 2), _name(end)]
        dry = np.flatnonzero(np.abs(self.river.side(x, y)) > self.river.half + 0.2).tolist()
        nodes = [self._node(float(x[i]), float(y[i]), names[i]) for i in dry]
        longest = 6.0 * self.river.half + 2.0 * _STEP[street]
        for a, b in pairwise(nodes):
            if np.hypot(self.x[a] - self.x[b], self.y[a] - self.y[b]) < longest:
                self.links.append((a, b, int(street)))
        self.ground.append(self._along(begin, end, max(1, round(length / 0.7))))

    def roads(self) -> MainRoads:
        """What has been spun."""
        tail, head, street = np.array(self.links, dtype=np.int64).T
        ground_x, ground_y = (np.concatenate(part) for part in zip(*self.ground, strict=True))
        return MainRoads(np.array(self.x), np.array(self.y), tail, head, street, ground_x, ground_y)

    def _along(self, begin: tuple[float, float], end: tuple[float, float], pieces: int) -> tuple[Floats, Floats]:
        part = np.linspace(0.0, 1.0, pieces + 1)
        return self.place(begin[0] + part * (end[0] - begin[0]), begin[1] + part * (end[1] - begin[1]))

    def _node(self, x: float, y: float, name: tuple[float, float] | None) -> int:
        if name is not None and name in self.knots:
            return self.knots[name]
        self.x.append(x)
        self.y.append(y)
        if name is not None:
            self.knots[name] = len(self.x) - 1
        return len(self.x) - 1


def _name(knot: tuple[float, float]) -> tuple[float, float]:
    """One name for one place: angles wrap, and the centre has none."""
    angle, far = knot
    return (round(angle % (2.0 * np.pi), 9) if far else 0.0, far)


def ring_radii(radius: float) -> list[float]:
    """Radii of the rings: the first around the core, then wider and wider apart."""
    rings = [min(max(2.8, 0.18 * radius), 9.0)]
    while (far := rings[-1] + min(max(8.5, 0.55 * rings[-1]), 45.0)) < 0.95 * radius:
        rings.append(far)
    return rings


def _highways(rings: list[float], radius: float) -> set[int]:
    """Rings that are expressways: none in a small town, half-way out, and near the border of a large city."""
    wanted = [0.5, 0.85] if radius > 100 else [0.5] if radius >= 16 else []
    return {min(range(len(rings)), key=lambda j: abs(rings[j] / radius - part)) for part in wanted}


def draw_main_roads(luck: np.random.Generator, radius: float, river: River) -> MainRoads:
    """Main roads for a city of this radius."""
    rings = ring_radii(radius)
    fast = _highways(rings, radius)
    count = 4 if radius < 9 else 6 if radius < 20 else 8
    spokes = [float(a) for a in (np.arange(count) + luck.uniform(-0.2, 0.2, count)) * (2.0 * np.pi / count)]
    leading_out = spokes[:: count // (4 if radius > 60 else 2)]
    web = _Web(radius, river, luck.uniform(0.0, 2.0 * np.pi, 4))
    for angle in (spokes[quarter * count // 4] for quarter in range(4)):
        web.thread((angle, 0.0), (angle, rings[0]), Street.ARTERIAL)
    for j, (far, next_far) in enumerate(pairwise([*rings, 1.35 * radius])):
        if j and far * 2.0 * np.pi / len(spokes) > 22.0:
            spokes = _doubled(spokes)
        for a, b in pairwise([*spokes, spokes[0] + 2.0 * np.pi]):
            web.thread((a, far), (b, far), Street.EXPRESSWAY if j in fast else Street.ARTERIAL)
            fast_out = bool(fast) and a in leading_out and j >= min(fast)
            web.thread((a, far), (a, next_far), Street.EXPRESSWAY if fast_out else Street.ARTERIAL)
    return web.roads()


def _doubled(spokes: list[float]) -> list[float]:
    return [angle for a, b in pairwise([*spokes, spokes[0] + 2.0 * np.pi]) for angle in (a, 0.5 * (a + b))]
