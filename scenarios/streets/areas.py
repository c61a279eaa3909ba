"""Streets and people become areas: who lives where, in what, and what the area is like.

No source gives dwellings for cities everywhere, so they follow density by rules of grade D; replace them by
local data where there are any.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.cells import areas_of
from scenarios.streets.estimate import estimated
from scenarios.streets.network import Network
from scenarios.streets.people import PERSONS_A_HOUSEHOLD, Census
from scenarios.streets.report import Repairs
from twin.entities import District, Dwelling
from twin.errors import InputError
from twin.world import Floats, Ints

RESOLUTION = 9
"""H3 resolution without a table: 0.1 km2."""


@dataclass(frozen=True, eq=False)
class Areas:
    """Columns of a city's areas, and the area of each node."""

    of_node: Ints
    cell: NDArray[np.uint64]
    households: Floats
    jobs: Floats
    income: Floats
    dwelling: Floats
    district: Ints


def areas(net: Network, census: Census | None, repairs: Repairs) -> Areas:
    """The H3 cells that have streets, with the people of the table or, without one, an estimate.

    Raises
    ------
    InputError
        If nobody of the table lives where the streets are.
    """
    cell, of_node = areas_of(net.lat, net.lon, census.resolution if census else RESOLUTION)
    km2 = _km2(cell)
    if census:
        households, jobs, income = _counted(cell, census, repairs)
    else:
        households, jobs = estimated(net, of_node, km2)
        income = np.ones(len(cell))
        repairs.estimated = True
    return Areas(
        of_node=of_node,
        cell=cell,
        households=households,
        jobs=jobs,
        income=income,
        dwelling=dwellings(households / km2, jobs / km2),
        district=districts(_around(cell, (households + jobs) / km2)),
    )


def _counted(cell: NDArray[np.uint64], census: Census, repairs: Repairs) -> tuple[Floats, Floats, Floats]:
    """Households, jobs and income of the areas; rows without streets are counted, areas without a row empty."""
    row = np.minimum(np.searchsorted(census.cell, cell), len(census.cell) - 1)
    found = census.cell[row] == cell
    outside = ~np.isin(census.cell, cell)
    repairs.cells_outside = int(np.sum(outside))
    repairs.people_outside = float(census.people[outside].sum())
    repairs.areas_without_row = int(np.sum(~found))
    repairs.no_jobs = not census.has_jobs
    households = np.where(found, census.households[row], 0.0)
    if not households.sum() > 0:
        raise InputError(
            f"{census.source}: nobody of its {len(census.cell):,} cells lives where the streets are; "
            "bring the table of this city"
        )
    income = np.where(found & (census.income[row] > 0), census.income[row], np.nan)
    return households, np.where(found, census.jobs[row], 0.0), _index(income, households)


def _index(income: Floats, households: Floats) -> Floats:
    """Income over the mean of the households that have one; 1 where unknown."""
    known = ~np.isnan(income)
    if not households[known].sum() > 0:
        return np.ones(len(income))
    index: Floats = income / np.average(income[known], weights=households[known])
    return np.where(known, np.round(index, 6), 1.0)


def _km2(cell: NDArray[np.uint64]) -> Floats:
    from h3.api import basic_int as h3

    return np.array([h3.cell_area(int(one), unit="km^2") for one in cell])


def _around(cell: NDArray[np.uint64], density: Floats) -> Floats:
    """The mean of each area and its neighbours, 0 where there is no street: a block alone is no centre."""
    from h3.api import basic_int as h3

    index = {int(one): at for at, one in enumerate(cell)}
    near = [[index[other] for other in h3.grid_disk(one, 1) if other in index] for one in index]
    return np.array([density[around].sum() / 7 for around in near])


def districts(density: Floats) -> Ints:
    """Core, urban or suburb by people and jobs per km2: the densest tenth, the next four tenths, the rest (D)."""
    middle, high = np.quantile(density, [0.5, 0.9])
    urban = np.where((density >= middle) & (density > 0), District.URBAN, District.SUBURB)
    return np.where(density > high, District.CORE, urban).astype(np.int64)


def dwellings(households_km2: Floats, jobs_km2: Floats) -> Floats:
    """(areas, 5) shares of each :class:`~twin.entities.Dwelling` (D).

    Apartments rise from .10 of homes at 500 households per km2 to .95 at 8,000, linear in the logarithm; .3 to
    .7 of them are behind a locked door; .6 of houses have a porch. Offices are a quarter of the share that jobs
    have of jobs and people.
    """
    density = np.clip(households_km2, 500, 8000)
    flats = 0.10 + 0.85 * np.log(density / 500) / np.log(16)
    people = jobs_km2 + PERSONS_A_HOUSEHOLD * households_km2
    office = 0.25 * jobs_km2 / np.where(people > 0, people, 1.0)
    shares = np.zeros((len(density), len(Dwelling)))
    shares[:, Dwelling.OFFICE] = office
    shares[:, Dwelling.LOCKED] = (1 - office) * flats * (0.3 + 0.4 * flats)
    shares[:, Dwelling.APARTMENT] = (1 - office) * flats * (0.7 - 0.4 * flats)
    shares[:, Dwelling.HOUSE] = (1 - office) * (1 - flats) * 0.4
    shares = np.round(shares, 4)  # the last bit of a logarithm differs between processors
    shares[:, Dwelling.PORCH] = 1 - shares.sum(axis=1)
    return shares
