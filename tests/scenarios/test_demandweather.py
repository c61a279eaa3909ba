"""Weather moves orders as its specification says, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.build import draw_world
from scenarios.demandspec import DemandSpec, DemandWeather
from scenarios.demandweather import ceiling, pulls
from scenarios.toy import steady_weather
from scenarios.weatherspec import WeatherSpec
from tests.scenarios.drawn import differing, scenario
from tests.worlds import PLAIN
from twin.draws import Stream
from twin.engine import Twin
from twin.ledger import Kind
from twin.units import DAY

SNOWY = DemandWeather(snow=0.2)


def pull(spec: DemandWeather, snow_mmh: float = 0.0, *, rain_mmh: float = 0.0, wind_mps: float = 3.0) -> float:
    """What a day of steady weather makes of one order."""
    sky = steady_weather(1, zones=1, rain_mmh=rain_mmh, wind_mps=wind_mps)
    return float(pulls(spec, replace(sky, snow_mmh=np.full_like(sky.snow_mmh, snow_mmh)), 1)[0, 0]) / 1e6


@pytest.mark.parametrize(
    ("weather", "factor"),
    [
        ({}, 1.0),
        ({"rain_mmh": 20.3 / 24}, 1.044),
        ({"rain_mmh": 10.15 / 24}, 1.022),
        ({"rain_mmh": 5.0}, 1.044),
        ({"wind_mps": 4.0}, 1.0),
        ({"wind_mps": 7.5}, 1.035),
        ({"wind_mps": 11.2}, 0.933),
        ({"wind_mps": 25.0}, 0.933),
        ({"snow_mmh": 1.0}, 1.2),
        ({"rain_mmh": 5.0, "wind_mps": 7.5}, 1.044 * 1.035),
    ],
)
def test_days_have_the_effect_of_the_source(weather: dict[str, float], factor: float) -> None:
    """Rain of an inch, wind of 15 to 20 mph, more than 25 mph, and their product; nothing on a quiet day."""
    assert pull(SNOWY, **weather) == pytest.approx(factor, abs=1e-6)


@given(
    effects=st.tuples(*[st.floats(-1.0, 1.0)] * 4), rain=st.floats(0, 30), wind=st.floats(0, 40), snow=st.floats(0, 9)
)
def test_no_weather_goes_over_the_ceiling(
    effects: tuple[float, float, float, float], rain: float, wind: float, snow: float
) -> None:
    """Whatever the effects and the weather, orders are between nothing and what candidates were drawn for."""
    spec = DemandWeather(*effects)
    assert 0.0 <= pull(spec, snow, rain_mmh=rain, wind_mps=wind) <= ceiling(spec) + 1e-6


@settings(max_examples=15)
@given(seed=st.integers(0, 2**63 - 1))
def test_another_weather_leaves_all_other_luck_alone(seed: int) -> None:
    """Candidates, goods and their ids are bit-equal under another climate; only the weather's share of them moves."""
    calm = draw_world(scenario(days=3), seed)
    wet = draw_world(scenario(days=3, weather=WeatherSpec(wet_days=1.0, wind_mps=7.0)), seed)
    assert differing(calm.parcels, wet.parcels) == set()
    assert differing(calm.sessions, wet.sessions) <= {"weather"}


def test_each_place_has_its_own_weather() -> None:
    """A candidate's share is that of its own zone and day."""
    world = draw_world(scenario(days=4, weather=WeatherSpec(wet_days=1.0)), 5)
    assert differing(world.sessions, draw_world(scenario(days=4), 5).sessions) == {"weather"}
    zone = world.city.zone[world.city.area[world.customers.node[world.sessions.customer]]]
    table = pulls(DemandWeather(), world.weather, 4)
    assert np.array_equal(world.sessions.weather, table[world.sessions.time // DAY, zone])


def test_who_comes_in_bad_weather_comes_in_better() -> None:
    """With less pull a subset of the same customers comes, and the share that comes is the one asked for."""
    world = draw_world(scenario(days=20, demand=DemandSpec(parcels_per_day=40.0)), 2)
    came: list[set[int]] = []
    for share in (1.0, 0.6, 0.0):
        moved = replace(world.sessions, weather=np.full_like(world.sessions.weather, round(share * 1e6)))
        ledger = Twin(replace(world, sessions=moved), PLAIN).run(DAY)
        trace = ledger.trace.columns()
        came.append(set(trace["subject"][trace["kind"] == Kind.SESSION].tolist()))
    assert came[0] > came[1] > came[2] == set()
    luck = world.draws.uniforms(Stream.THINNING, np.arange(len(world.sessions.time)))
    room = 1.15 * world.sessions.ceiling
    assert (luck < 0.6 / room).mean() == pytest.approx(0.6 / room, abs=0.05)
