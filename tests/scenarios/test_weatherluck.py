"""Scores that remember and are shared, and places from a city."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toycity import toy_city
from scenarios.weatherluck import kinship, mean_of, quantile, remembered, shared, zone_places
from scenarios.weatherspec import SHARES
from twin.draws import Draws, Stream


def test_zones_lie_where_their_junctions_do() -> None:
    """The middle of each zone of the toy city, in kilometres, west before east."""
    city = toy_city()
    places = zone_places(city)
    assert places.shape == (2, 2)
    for zone in range(2):
        mine = city.zone[city.area] == zone
        assert places[zone] * 1_000.0 == pytest.approx([city.x_m[mine].mean(), city.y_m[mine].mean()])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=1, max_size=12), st.floats(1.0, 500.0))
def test_neighbours_share_as_their_distance_says(points: list[tuple[float, float]], reach: float) -> None:
    """The covariance of what is shared is exp(-distance / reach), also for places that coincide."""
    places = np.array(points)
    root = kinship(places, reach)
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert root @ root.T == pytest.approx(np.exp(-apart / reach), abs=1e-4)
    luck = np.eye(len(places))
    assert shared(luck, root) == pytest.approx(root.T)


def test_what_is_remembered_keeps_its_variance_and_fades() -> None:
    """Variance one at all hours; correlation 1/e after the memory."""
    state = remembered(Draws(1).generator(Stream.WEATHER, 0).standard_normal((200, 5_000)), 8.0)
    assert state.var(axis=1) == pytest.approx(1.0, abs=0.12)
    assert np.mean(state[:-8] * state[8:]) == pytest.approx(np.exp(-1.0), abs=0.02)


def test_a_table_gives_its_quantiles_back() -> None:
    """Drawn values fall below each quantile as often as its share says; the mean is that of the draws."""
    values = np.linspace(1.0, 3.0, len(SHARES)) ** 2
    drawn = quantile(values, Draws(1).generator(Stream.WEATHER, 0).standard_normal(200_000))
    assert [(drawn <= value).mean() for value in values[2:-2]] == pytest.approx(list(SHARES[2:-2]), abs=0.005)
    assert drawn.mean() == pytest.approx(mean_of(values), rel=0.01)
