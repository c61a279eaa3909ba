"""Speeds follow the profile on average, stay in bounds, and fall in bad weather."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.trafficspec import TrafficSpec
from scenarios.toy import steady_weather
from scenarios.traffic import FASTEST, SLOWEST, draw_traffic, slowdown
from twin.draws import Draws
from twin.entities import Street
from twin.specs import Feel
from twin.units import DAY
from twin.world import TrafficField

QUIET = TrafficSpec(cv=0.0, cv_peak=0.0, day_cv=0.0)


def drawn(spec: TrafficSpec, days: int = 1, zones: int = 3, rain_mmh: float = 0.0) -> TrafficField:
    """Traffic in steady weather."""
    return draw_traffic(spec, days, steady_weather(days, zones, rain_mmh=rain_mmh), Draws(1))


def test_periods_cover_one_day_more_and_groups_are_zone_times_four_plus_street() -> None:
    """The shape is (periods of days + 1, zones x 4) and the profile's (periods of a day, 4)."""
    field = drawn(TrafficSpec(period_min=30), days=2)
    assert field.permille.shape == (3 * DAY // field.period, 12)
    assert field.profile.shape == (DAY // field.period, 4)


def test_without_noise_the_truth_is_the_profile() -> None:
    """Each group has its street class's profile, every day."""
    field = drawn(QUIET, days=1, zones=2)
    assert np.array_equal(field.permille, np.tile(field.profile, (2, 2)))


def test_the_profile_is_the_inverse_of_the_travel_time_index() -> None:
    """At 17 h an arterial takes 1.49 times as long; at night nobody waits; faster classes suffer more."""
    profile = drawn(QUIET).profile
    at_17 = profile[17 * 4]
    assert at_17[Street.ARTERIAL] == round(1000 / 1.49)
    assert (profile[:24] == 1000).all()
    assert (np.diff(at_17) < 0).all()


def test_noise_leaves_the_mean_travel_time_right() -> None:
    """Over a season mean travel time is within 4 % of the profile's: the bound on fast speeds costs about 2 %."""
    field = drawn(TrafficSpec(), days=89, zones=2)
    time = (1000.0 / field.permille).reshape(90, -1, 2, 4).mean(axis=(0, 2))
    assert np.abs(time * field.profile / 1000.0 - 1.0).max() < 0.12
    assert (time * field.profile / 1000.0).mean() == pytest.approx(1.0, abs=0.04)


def test_the_peak_is_less_even_than_the_night() -> None:
    """The coefficient of variation of travel time is near .35 at 17 h and near .2 at 11 h, day factor included."""
    time = (1000.0 / drawn(TrafficSpec(), days=199, zones=2).permille).reshape(200, 96, 2, 4)
    peak, noon = (time[:, at, :, Street.ARTERIAL] for at in (17 * 4 + 1, 11 * 4 + 1))
    assert 0.29 < peak.std() / peak.mean() < 0.42
    assert 0.16 < noon.std() / noon.mean() < 0.28


def test_noise_remembers_the_last_half_hour() -> None:
    """Neighbouring periods correlate, periods three hours apart hardly."""
    log_time = -np.log(drawn(replace(TrafficSpec(), day_cv=0.0, tti=(1.0,) * 24), days=99, zones=1).permille[:, 2])
    near, far = (np.corrcoef(log_time[:-lag], log_time[lag:])[0, 1] for lag in (1, 12))
    assert 0.45 < near < 0.75
    assert abs(far) < 0.1


def test_speeds_stay_in_bounds_in_any_storm() -> None:
    """Even with the strongest noise and rain."""
    field = drawn(TrafficSpec(cv=2.0, cv_peak=3.0, feel=Feel(sensitivity=5.0)), days=3, rain_mmh=40.0)
    assert field.permille.min() >= SLOWEST
    assert field.permille.max() <= FASTEST


def test_rain_slows_every_street_and_nothing_else_changes() -> None:
    """Wet speeds over dry ones are the Highway Capacity Manual's factor, to the rounding."""
    dry, wet = drawn(QUIET), drawn(QUIET, rain_mmh=10.0)
    factor = 0.95 / (1.0 + 0.48 * 10.0 / 25.4)
    assert np.abs(wet.permille - factor * dry.permille).max() <= 1.0
    assert np.array_equal(wet.profile, dry.profile)


def test_sensitivity_scales_the_loss_and_a_road_stays_wet_for_an_hour() -> None:
    """Nothing at 0, double at 2; the hour after rain is slower than the next."""
    rain = np.array([[0.0], [5.0], [0.0], [0.0]])
    snow = np.zeros((4, 1))
    none, one, two = (slowdown(Feel(sensitivity=s), rain, snow)[:, 0] for s in (0.0, 1.0, 2.0))
    assert (none == 1.0).all()
    assert 1.0 - two == pytest.approx(2.0 * (1.0 - one))
    assert one[1] < one[2] < one[3] == 1.0
    assert (slowdown(Feel(), snow, rain)[1] < slowdown(Feel(), rain, snow)[1]).all()


def test_a_longer_run_begins_with_the_same_days() -> None:
    """The luck of a day is its own."""
    assert np.array_equal(drawn(TrafficSpec(), days=5).permille[:192], drawn(TrafficSpec(), days=1).permille)
