"""A smooth random field over the plane: what neighbouring areas have in common.

A sum of waves whose lengths and directions are set by the correlation wanted and whose strengths are luck (the
spectral method of Shinozuka & Jan 1972; M). So the field is a function of the place alone: a city with more areas has
the same values where it had areas before, and no matrix has to be factored.
"""

import numpy as np

from twin.world import City, Floats

WAVES = 256
_GOLDEN = np.pi * (3.0 - np.sqrt(5.0))
"""Successive directions, so that any run of waves is spread evenly."""


def middles(city: City) -> tuple[Floats, Floats]:
    """(areas,) each: metres east and north of the middle of each area's nodes."""
    count = np.maximum(np.bincount(city.area, minlength=city.areas), 1)
    x, y = (np.bincount(city.area, weights=way, minlength=city.areas) / count for way in (city.x_m, city.y_m))
    return x, y


class Field:
    """Standard normal at every place, with correlation exp(-distance / ``range_m``) between two.

    Parameters
    ----------
    x, y : (places,) float64
        Metres.
    range_m : float

    Notes
    -----
    In the plane that correlation has wave numbers w with P(< w) = 1 - (1 + (range w)^2)^(-1/2); they are taken at
    the middles of ``WAVES`` equal shares instead of at random, so that every city has the correlation asked for.
    """

    def __init__(self, x: Floats, y: Floats, range_m: float) -> None:
        share = (np.arange(WAVES) + 0.5) / WAVES
        number = np.sqrt((1.0 - share) ** -2 - 1.0) / range_m
        way = _GOLDEN * np.arange(WAVES)
        phase = np.outer(x, number * np.cos(way)) + np.outer(y, number * np.sin(way))
        self._waves = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) / np.sqrt(WAVES)

    def draw(self, luck: np.random.Generator) -> Floats:
        """(places,) one field."""
        field: Floats = np.round(self._waves @ luck.standard_normal(2 * WAVES), 6)
        return field


def lognormal(field: Floats, sigma: float) -> Floats:
    """A field of factors with mean 1 and this standard deviation of their logarithm."""
    return np.asarray(np.round(np.exp(sigma * field - 0.5 * sigma * sigma), 6), dtype=np.float64)
