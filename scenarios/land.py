"""Who lives and works where in a synthetic city, by area.

Densities fall from the core outwards; the shares of dwellings follow the district (evidence 3: porches and houses
outside, locked buildings and offices inside; levels D). Everything is rounded: the last bit is the same everywhere.
"""

from dataclasses import dataclass

import numpy as np

from twin.entities import District
from twin.world import Floats, Ints

_BORDERS = (0.36, 0.70)
"""Where core turns to urban and urban to suburb, as shares of the city's radius."""
_HOUSEHOLDS = np.array([26.0, 22.0, 14.0])
_JOBS = np.array([110.0, 22.0, 6.0])
"""For each junction, by district: a mid-size city has 3,000 to 4,000 people per km2 (D)."""
_DWELLING = np.array([
    [0.02, 0.05, 0.38, 0.40, 0.15],
    [0.20, 0.22, 0.30, 0.22, 0.06],
    [0.52, 0.28, 0.12, 0.05, 0.03],
])  # fmt: skip
"""Shares of porch, house, apartment, locked, office by district (D)."""


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """Columns of :class:`~twin.world.City` by area."""

    households: Floats
    jobs: Floats
    income: Floats
    dwelling: Floats
    district: Ints


def draw_land(luck: np.random.Generator, area: Ints, part: Floats, angle: Floats) -> Land:
    """People, jobs, incomes and dwellings of each area.

    Parameters
    ----------
    area : (nodes,) int64
    part : (nodes,) float64
        Distance from the centre, as a share of the city's radius.
    angle : (nodes,) float64
        Direction from the centre.
    """
    areas = int(area.max()) + 1
    members = np.bincount(area, minlength=areas)
    mean_part = np.bincount(area, weights=part, minlength=areas) / members
    district = np.digitize(mean_part + luck.uniform(-0.04, 0.04, areas), _BORDERS).astype(np.int64)
    park = (district > District.CORE) & (luck.random(areas) < 0.06)
    households = np.rint(members * _HOUSEHOLDS[district] * luck.uniform(0.6, 1.4, areas) * np.where(park, 0.3, 1.0))
    jobs = np.rint(members * _JOBS[district] * luck.uniform(0.5, 1.5, areas) * np.where(park, 6.0, 1.0))
    shares = _DWELLING[district] * luck.uniform(0.6, 1.4, (areas, 5))
    shares[:, 4] *= np.where(park, 4.0, 1.0)
    good_side = np.sin(np.bincount(area, weights=angle, minlength=areas) / members + luck.uniform(0.0, 2.0 * np.pi))
    income = 1.0 + 0.25 * good_side + 0.25 * (mean_part - 0.5) + luck.uniform(-0.2, 0.2, areas)
    income *= households.sum() / (income * households).sum()
    return Land(households, jobs, np.round(income, 6), _whole(shares), district)


def _whole(shares: Floats) -> Floats:
    """Rows that sum to one, in steps of a millionth: the last share takes what rounding leaves."""
    rows: Floats = np.round(shares / shares.sum(axis=1, keepdims=True), 6)
    rows[:, -1] = np.round(1.0 - rows[:, :-1].sum(axis=1), 6)
    return rows
