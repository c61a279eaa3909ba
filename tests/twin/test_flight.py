"""Time and energy of a sortie."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toyfleet import toy_kind
from twin.entities import Mode
from twin.flight import energy_wh, ground_speed
from twin.weather import Air

DRONE, ROBOT, WING = toy_kind(Mode.DRONE), toy_kind(Mode.ROBOT), toy_kind(Mode.DRONE, kwh_km=0.05)
winds, metres = st.floats(0, 60), st.floats(0, 20_000)


def air(temperature_c: float = 20.0, rain_mmh: float = 0.0) -> Air:
    """Calm air."""
    return Air(temperature_c, 0.0, 0.0, rain_mmh, 0.0, 10_000.0)


@given(winds, winds)
def test_more_wind_is_never_faster(one: float, other: float) -> None:
    """The ground speed falls with the wind, from the airspeed to a standstill."""
    low, high = sorted((one, other))
    assert 25.0 >= ground_speed(DRONE, True, low) >= ground_speed(DRONE, True, high) >= 0.0


def test_a_drone_stays_down_when_it_would_crawl() -> None:
    """Under .3 of its airspeed over the ground it does not go at all; calm air is its airspeed."""
    edge = 25.0 * math.sqrt(1 - 0.3**2)
    assert ground_speed(DRONE, True, 0.0) == pytest.approx(25.0)
    assert ground_speed(DRONE, True, edge - 0.01) == pytest.approx(7.5, rel=0.01)
    assert ground_speed(DRONE, True, edge + 0.01) == 0.0


@given(winds)
def test_wind_does_not_slow_a_robot(wind: float) -> None:
    """On the pavement only the motor counts."""
    assert ground_speed(ROBOT, False, wind) == pytest.approx(1.5)


@given(metres, metres, st.floats(0, 5), st.floats(0, 5))
def test_farther_and_heavier_never_takes_less(one: float, other: float, light: float, heavy: float) -> None:
    """Energy rises with the way and with the payload."""
    (near, far), (less, more) = sorted((one, other)), sorted((light, heavy))
    for kind in (DRONE, WING):
        assert energy_wh(kind, True, near, 25.0, less, air()) <= energy_wh(kind, True, far, 25.0, more, air())
    assert energy_wh(ROBOT, False, near, 1.5, less, air()) <= energy_wh(ROBOT, False, far, 1.5, more, air())


@given(metres, st.floats(-30, 50))
def test_cold_and_rain_take_more(way: float, temperature: float) -> None:
    """Rain adds 5 %; each degree below 20 half a per cent, on top of denser air that carries better."""
    dry, wet = (energy_wh(DRONE, True, way, 25.0, 1.0, air(temperature, rain)) for rain in (0.0, 1.0))
    assert dry <= wet <= math.ceil(dry * 1.05) + 1
    frozen = energy_wh(WING, True, way, 25.0, 1.0, air(min(temperature, 0.0)))
    assert frozen >= energy_wh(WING, True, way, 25.0, 1.0, air(20.0)) - 20


def test_a_robot_uses_its_consumption_there_and_back() -> None:
    """2 km x 50 Wh/km, and a tenth more at the freezing point."""
    assert energy_wh(ROBOT, False, 1000.0, 1.5, 3.0, air()) == 100
    assert energy_wh(ROBOT, False, 1000.0, 1.5, 3.0, air(0.0)) == 111


def test_a_multirotor_uses_what_the_formula_says() -> None:
    """Rodrigues et al. 2022 by hand: 1 km at 25 m/s, 6 kg aircraft with 1 kg out and empty back, at 20 degrees."""
    density, hours = 1.225 * 288.0 / 293.15, 3600.0
    expected = 0.0
    for mass in (7.0, 6.0):
        lift = mass**1.5 / math.sqrt(density)
        expected += ((80.4 + 71.5) * lift + 13.8 - 24.3) * 33.0 / hours + (68.9 * lift + 16.8) * 40.0 / hours
    assert energy_wh(DRONE, True, 1000.0, 25.0, 1.0, air()) == math.ceil(expected)


def test_a_wing_uses_its_consumption_instead_of_cruising() -> None:
    """With kwh_km the cruise is that a kilometre; climbing stays."""
    hover = energy_wh(WING, True, 0.0, 25.0, 1.0, air())
    assert energy_wh(WING, True, 2000.0, 25.0, 1.0, air()) - hover == pytest.approx(200, abs=1)
