"""Storms have the sizes of the manual's generator, follow one another, and cross the zones."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.weatherspec import SHARES, WeatherSpec
from scenarios.weatherstorms import draw_storms, fall
from twin.draws import Draws, Stream

MANUAL = WeatherSpec(wet_days=0.3, another=0.0, rest_h=0.0, burst=0.0)
"""One storm on a wet day, with an even rate, as in the Highway Capacity Manual."""
ROW = np.array([[0.0, 0.0], [30.0, 0.0], [60.0, 0.0]])
DAYS = 3_000
STORMS = draw_storms(MANUAL, DAYS, np.zeros((1, 2)), Draws(1), Stream.WEATHER)


def test_rate_depth_and_duration_are_the_manual_s() -> None:
    """Rate and depth have their means and cvs with one luck; duration is depth over rate; the rate is even."""
    rain = fall(MANUAL, STORMS, DAYS * 24)[:, 0]
    rate = np.array([rain[int(at + 0.5)] for at in STORMS.reaches[:, 0] if int(at + 0.5) < len(rain)])
    rate = rate[rate > 0.0]
    assert rate.mean() == pytest.approx(1.6, rel=0.06)
    assert rate.std() / rate.mean() == pytest.approx(1.0, rel=0.1)
    hours = STORMS.hours[:, 0]
    usual = (hours > 0.25) & (hours < 24.0)
    assert np.all(np.diff(hours[usual][np.argsort(STORMS.hard[usual, 0])]) >= -1e-9)
    assert rain.sum() / len(hours) == pytest.approx(6.5, rel=0.1)


def test_wet_days_are_as_frequent_as_they_are_said_to_be() -> None:
    """A storm begins on three days in ten, but for those in which another is not over."""
    days = np.unique(STORMS.reaches[:, 0] // 24)
    assert len(days) / DAYS == pytest.approx(0.3, abs=0.03)
    assert np.histogram(STORMS.reaches[:, 0] % 24, bins=4)[0] == pytest.approx(len(STORMS.hours) / 4, rel=0.15)


def test_storms_of_a_spell_follow_one_another() -> None:
    """No storm begins before the last is over; spells are at least ``rest_h`` apart; lulls have their mean."""
    spec = WeatherSpec(wet_days=0.8, another=0.6, lull_h=3.0, rest_h=20.0)
    storms = draw_storms(spec, DAYS, np.zeros((1, 2)), Draws(2), Stream.WEATHER)
    between = storms.reaches[1:, 0] - (storms.reaches + storms.hours)[:-1, 0]
    assert between.min() >= 0.0
    assert between[between < 20.0].mean() == pytest.approx(3.0, rel=0.1)
    assert (np.bincount((storms.reaches[:, 0] // 24).astype(int)) > 1).any()
    spells = np.flatnonzero(between >= 20.0)
    assert 1.0 - len(spells) / len(between) == pytest.approx(0.6 * (1 - 0.6**3) / (1 - 0.6**4), abs=0.03)


@pytest.mark.parametrize(("come_from", "first"), [(270.0, 0), (90.0, 2)])
def test_neighbours_get_wet_one_after_another(come_from: float, first: int) -> None:
    """A front from the west reaches the west first; 30 km later it is, on average, 30 km over its speed later."""
    spec = replace(MANUAL, front_from_deg=come_from, front_kmh=30.0)
    storms = draw_storms(spec, DAYS, ROW, Draws(3), Stream.WEATHER)
    later = (storms.reaches[:, 1] - storms.reaches[:, first]) / 1.0
    assert (later > 0.0).mean() > 0.9
    assert np.median(later) == pytest.approx(np.cos(np.radians(27.0)), rel=0.15)
    assert storms.reaches[:, 2] - storms.reaches[:, 1] == pytest.approx(storms.reaches[:, 1] - storms.reaches[:, 0])
    assert storms.reaches.min(axis=1) == pytest.approx(storms.reaches[:, [0, 2]].min(axis=1))


def test_the_rain_itself_arrives_later_down_wind() -> None:
    """Rain in the west is most like rain two hours later 60 km east at 30 km/h, and least like that before."""
    spec = replace(WeatherSpec(), front_from_deg=270.0, front_kmh=30.0, storm_km=1e4, reach_km=1e4)
    rain = fall(spec, draw_storms(spec, 1_000, ROW, Draws(4), Stream.WEATHER), 24_000)
    alike = {lag: np.corrcoef(rain[10:-10, 0], rain[10 + lag : lag - 10, 2])[0, 1] for lag in (-2, 0, 2)}
    assert alike[2] > alike[0] > alike[-2]


def test_hours_with_a_table_have_its_bounds() -> None:
    """Durations and rain are between the ends of their tables."""
    ends = tuple(np.linspace(2.0, 9.0, len(SHARES)).tolist())
    spec = WeatherSpec(storm_h=ends, rain_mmh=ends)
    storms = draw_storms(spec, 500, ROW, Draws(5), Stream.WEATHER)
    assert 2.0 <= storms.hours.min() < 4.0
    assert 7.0 < storms.hours.max() <= 9.0
    rain = fall(spec, storms, 500 * 24)
    assert 2.0 <= rain[rain > 0].min() < 4.0
    assert 7.0 < rain.max() <= 9.0


def test_without_storms_nothing_falls() -> None:
    """No wet day, no storm, no rain."""
    dry = replace(MANUAL, wet_days=0.0)
    assert fall(dry, draw_storms(dry, 10, ROW, Draws(1), Stream.WEATHER), 240).max() == 0.0
