"""What the weather is like, and who may be out in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import steady_weather
from twin.specs import Limits
from twin.units import DAY, HOUR
from twin.weather import Air, Sky, air, allows, foretold
from twin.world import LEADS_H

FAIR = Air(15.0, 3.0, 4.0, 0.0, 0.0, 10_000.0)
number = st.floats(-60, 200)


def test_each_hour_and_zone_has_its_weather() -> None:
    """The hour in which a time lies, and the zone's own column."""
    field = steady_weather(1)
    field.wind_mps[:] = np.arange(48)[:, None] + [0.0, 0.5]
    assert air(field, 5 * HOUR, 0).wind_mps == 5.0
    assert air(field, 6 * HOUR - 1, 1).wind_mps == 5.5


def test_after_the_field_s_end_it_stays_as_it_was() -> None:
    """Work that runs over the last hour sees the last hour."""
    field = steady_weather(1)
    field.rain_mmh[-1] = 9.0
    assert air(field, 40 * DAY, 1).rain_mmh == 9.0


@given(st.integers(0, 4 * DAY), st.integers(0, 1))
def test_the_sky_remembers_and_says_the_same(time: int, zone: int) -> None:
    """What is looked up twice is one object, equal to what the field says, also after the field's end."""
    field = steady_weather(1)
    field.wind_mps[:] = np.arange(48)[:, None] + [0.0, 0.5]
    sky = Sky(field)
    assert sky.at(time, zone) == air(field, time, zone)
    assert sky.at(time, zone) is sky.at(time // HOUR * HOUR, zone)


@given(st.integers(0, 6 * DAY), st.integers(0, 6 * DAY))
def test_what_is_foretold_of_later_was_issued_earlier(time: int, now: int) -> None:
    """Leads are taken from the shortest up, and the longest is kept beyond it."""
    field = steady_weather(3)
    field.forecast_wind_mps[:] = np.array(LEADS_H, dtype=np.float64)[:, None]
    lead, _ = foretold(field, time, now, 0)
    hours = max(time, now) // HOUR - now // HOUR
    assert lead in LEADS_H
    assert lead == 48 or lead >= hours or max(time, now) // HOUR >= 96


@pytest.mark.parametrize(
    ("column", "limit", "worse"),
    [("wind_mps", 12.0, 1), ("gust_mps", 12.0, 1), ("rain_mmh", 12.0, 1), ("snow_mmh", 12.0, 1),
     ("visibility_m", 1000.0, -1), ("temperature_c", -20.0, -1), ("temperature_c", 40.0, 1)],
)  # fmt: skip
def test_a_limit_is_allowed_and_beyond_it_is_not(column: str, limit: float, worse: int) -> None:
    """At the limit a vehicle may leave, a hair beyond it may not."""
    limits = Limits(12.0, 12.0, 12.0, 12.0, 1000.0, -20.0, 40.0)
    assert allows(limits, FAIR._replace(**{column: limit}))
    assert not allows(limits, FAIR._replace(**{column: limit + worse * 1e-9 * max(1.0, abs(limit))}))


@given(st.tuples(number, number, number, number, number, number))
def test_what_is_allowed_is_allowed_in_better_weather(values: tuple[float, ...]) -> None:
    """Less wind, rain and snow, and a farther view, never ground a vehicle."""
    worse = Air(*values)
    better = worse._replace(wind_mps=0.0, gust_mps=0.0, rain_mmh=0.0, snow_mmh=0.0, visibility_m=worse.visibility_m + 1)
    if allows(Limits(), worse):
        assert allows(Limits(), better)
