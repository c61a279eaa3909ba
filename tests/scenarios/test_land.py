"""People live more densely inside, work more in the core, and have porches outside."""

import numpy as np

from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from twin.entities import District, Dwelling

CITY = synthetic_city(CitySpec(nodes=5_000))


def per_node(values: np.ndarray, district: District) -> float:
    """The mean of a column for each junction of a district."""
    members = np.bincount(CITY.area, minlength=CITY.areas)
    here = CITY.district == district
    return float(values[here].sum() / members[here].sum())


def test_density_falls_outwards() -> None:
    """Households and jobs for each junction: core, urban, suburb."""
    for values in (CITY.households, CITY.jobs):
        core, urban, suburb = (per_node(values, district) for district in District)
        assert core > suburb
        assert urban > suburb


def test_shares_of_dwellings_sum_to_one_and_follow_the_district() -> None:
    """Porches rise outwards, locked buildings fall."""
    assert np.abs(CITY.dwelling.sum(axis=1) - 1.0).max() < 1e-9
    core, suburb = (CITY.dwelling[CITY.district == d].mean(axis=0) for d in (District.CORE, District.SUBURB))
    assert suburb[Dwelling.PORCH] > 5 * core[Dwelling.PORCH]
    assert core[Dwelling.LOCKED] > 3 * suburb[Dwelling.LOCKED]


def test_income_is_an_index() -> None:
    """Its mean over households is one, and it is positive everywhere."""
    assert abs(np.average(CITY.income, weights=CITY.households) - 1.0) < 1e-4
    assert CITY.income.min() > 0.2


def test_people_and_jobs_are_whole_numbers() -> None:
    """Rounded, so that the last bit is the same on every machine."""
    assert (CITY.households == np.rint(CITY.households)).all()
    assert (CITY.jobs == np.rint(CITY.jobs)).all()
