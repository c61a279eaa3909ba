"""A synthetic city's river: a smooth curve past the centre, in units of one block of the core."""

from dataclasses import dataclass

import numpy as np

from twin.world import Floats


@dataclass(frozen=True, slots=True)
class River:
    """The curve ``v = f(u)`` in coordinates turned by ``angle``; ``half`` is half its width."""

    angle: float
    reach: float
    offset: float
    phase: tuple[float, float]
    half: float

    def _turned(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return cos * x + sin * y, cos * y - sin * x

    def _middle(self, u: Floats) -> tuple[Floats, Floats]:
        slow, fast = 2.6 / self.reach, 6.1 / self.reach
        wide, narrow = 0.16 * self.reach, 0.045 * self.reach
        a, b = slow * u + self.phase[0], fast * u + self.phase[1]
        f = self.offset + wide * np.sin(a) + narrow * np.sin(b)
        return f, wide * slow * np.cos(a) + narrow * fast * np.cos(b)

    def side(self, x: Floats, y: Floats) -> Floats:
        """Distance from the middle, to first order: negative on one side, positive on the other."""
        u, v = self._turned(x, y)
        f, slope = self._middle(u)
        return (v - f) / np.sqrt(1.0 + slope * slope)

    def banks(self, length: float) -> tuple[Floats, Floats]:
        """Points of the two riverside streets, about a block apart, up to ``length`` from the centre."""
        u = np.arange(-length, length, 0.85)
        f, slope = self._middle(u)
        away = (self.half + 0.35) * np.array([[1.0], [-1.0]]) / np.sqrt(1.0 + slope * slope)
        u, v = (u - slope * away).reshape(-1), (f + away).reshape(-1)
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return cos * u - sin * v, sin * u + cos * v


def draw_river(luck: np.random.Generator, radius: float) -> River:
    """A river for a city of this radius: wider in a larger city, off the very centre."""
    angle, first, second = luck.uniform(0.0, 2.0 * np.pi, 3)
    offset = (0.12 + 0.10 * luck.random()) * radius - 0.16 * radius * np.sin(first)
    return River(float(angle), radius, float(offset), (float(first), float(second)), 0.6 + 0.004 * radius)
