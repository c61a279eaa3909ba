"""The field that neighbouring areas have in common has the spread and the range that were asked for."""

import numpy as np
import pytest

from scenarios.demandfield import Field, lognormal, middles
from scenarios.toy import toy_city
from twin.draws import Draws, Stream

ACROSS = np.array([0.0, 200.0, 750.0, 1_500.0, 3_000.0, 4_500.0])
"""Metres east of the first place."""


def draws(field: Field, many: int) -> np.ndarray:
    """(many, places) fields, each of its own luck."""
    return np.stack([field.draw(Draws(1).generator(Stream.DEMAND_FIELD, number)) for number in range(many)])


@pytest.mark.parametrize("way", ["east", "north", "between"])
def test_correlation_falls_with_distance_as_asked(way: str) -> None:
    """exp(-d / range) at 0 to 3 ranges, in every direction, within .06; every place is standard normal."""
    nowhere = np.zeros(len(ACROSS))
    x, y = {"east": (ACROSS, nowhere), "north": (nowhere, ACROSS), "between": (0.6 * ACROSS, 0.8 * ACROSS)}[way]
    drawn = draws(Field(x, y, 1_500.0), 2_500)
    assert np.abs(np.corrcoef(drawn.T)[0] - np.exp(-ACROSS / 1_500.0)).max() < 0.06
    assert np.abs(drawn.mean(axis=0)).max() < 0.08
    assert np.abs(drawn.std(axis=0) - 1.0).max() < 0.06


def test_a_place_has_its_value_whatever_other_places_there_are() -> None:
    """A city that grows keeps the field where it had one."""
    luck = Draws(3)
    some = Field(ACROSS[:3], ACROSS[:3], 900.0).draw(luck.generator(Stream.DEMAND_FIELD, 0))
    more = Field(ACROSS, ACROSS, 900.0).draw(luck.generator(Stream.DEMAND_FIELD, 0))
    assert np.array_equal(more[:3], some)


@pytest.mark.parametrize("sigma", [0.0, 0.2, 0.5])
def test_factors_have_mean_one(sigma: float) -> None:
    """A field of factors moves no mean, and its logarithm has the sigma asked for."""
    factors = lognormal(draws(Field(ACROSS[:1], ACROSS[:1], 1_500.0), 3_000)[:, 0], sigma)
    assert factors.mean() == pytest.approx(1.0, abs=4 * sigma / np.sqrt(3_000) + 1e-9)
    assert np.log(factors).std() == pytest.approx(sigma, rel=0.05, abs=1e-9)


def test_the_middle_of_an_area_is_the_mean_of_its_nodes() -> None:
    """Metres east and north."""
    city = toy_city()
    x, y = middles(city)
    for area in range(city.areas):
        assert (x[area], y[area]) == pytest.approx(
            (city.x_m[city.area == area].mean(), city.y_m[city.area == area].mean())
        )
