"""Customers follow the city and its seed."""

import numpy as np
import pytest

from scenarios.customers import draw_customers, draw_rates
from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from scenarios.toy import toy_city
from tests.scenarios.drawn import digests
from twin.entities import Channel, Street
from twin.specs import People

CITY = synthetic_city(CitySpec(nodes=2_500))
PEOPLE = People()
CROWD = draw_customers(CITY, 0.5, PEOPLE, 1)


def test_a_larger_share_adds_customers_and_changes_none() -> None:
    """The first rows of the larger crowd are the smaller one."""
    fewer = draw_customers(CITY, 0.1, PEOPLE, 1)
    count = len(fewer.node)
    assert count < len(CROWD.node)
    for column in ("node", "dwelling", "segment", "presence", "channels", "drop_point"):
        assert np.array_equal(getattr(fewer, column), getattr(CROWD, column)[:count]), column
    assert np.array_equal(draw_rates(CITY, fewer, 1), draw_rates(CITY, CROWD, 1)[:count])


def test_another_city_seed_is_other_people() -> None:
    """Every column differs."""
    one, other = digests(CROWD), digests(draw_customers(CITY, 0.5, PEOPLE, 2))
    assert all(one[name] != other[name] for name in one)


def test_people_live_where_the_households_are() -> None:
    """Shares of customers by area are those of households, within sampling error."""
    found = np.bincount(CITY.area[CROWD.node], minlength=CITY.areas) / len(CROWD.node)
    wanted = CITY.households / CITY.households.sum()
    assert np.abs(found - wanted).max() < 5 * np.sqrt(wanted.max() / len(CROWD.node))


def test_dwellings_segments_and_channels_have_their_shares() -> None:
    """Within sampling error of the city's dwellings, the segments, and the reach of messages."""
    total = len(CROWD.node)
    dwellings = CITY.households @ CITY.dwelling / CITY.households.sum()
    assert np.bincount(CROWD.dwelling, minlength=5) / total == pytest.approx(dwellings, abs=0.02)
    assert np.bincount(CROWD.segment, minlength=3) / total == pytest.approx(People().segments, abs=0.02)
    for channel in Channel:
        assert (CROWD.channels >> channel & 1).mean() == pytest.approx(PEOPLE.reach[channel], abs=0.02)


def test_a_drop_point_depends_on_the_dwelling() -> None:
    """Shares by dwelling are those of ``drop_point``."""
    for dwelling, share in enumerate(PEOPLE.drop_point):
        assert CROWD.drop_point[CROWD.dwelling == dwelling].mean() == pytest.approx(share, abs=0.04)


def test_nobody_lives_on_an_expressway_and_few_on_arterials() -> None:
    """Homes are on local streets."""
    slowest = np.full(CITY.nodes, 3)
    np.minimum.at(slowest, CITY.tail, CITY.street)
    homes = slowest[CROWD.node]
    assert (homes == Street.EXPRESSWAY).sum() == 0
    assert (homes == Street.ARTERIAL).mean() < (slowest == Street.ARTERIAL).mean() + 1e-9


def test_rates_are_positive_and_spread_like_an_exponential() -> None:
    """Standard deviation over mean is near one."""
    rates = draw_rates(CITY, CROWD, 1)
    assert rates.min() > 0
    assert rates.std() / rates.mean() == pytest.approx(1.0, abs=0.08)


def test_even_the_toy_city_has_customers() -> None:
    """Few households still make a crowd, each at a node of the city."""
    crowd = draw_customers(toy_city(), 0.01, PEOPLE, 1)
    assert len(crowd.node) == 30
    assert set(crowd.node.tolist()) <= set(range(9))
