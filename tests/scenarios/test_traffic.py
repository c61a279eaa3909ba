"""Speeds follow the profile on average, stay in bounds, correlate in space and time, and fall in bad weather."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from scenarios.toy import steady_weather, toy_city
from scenarios.traffic import SLOWEST, draw_traffic, slowdown
from scenarios.trafficspec import TrafficSpec
from twin.draws import Draws
from twin.entities import District, Street
from twin.specs import Feel
from twin.units import DAY
from twin.world import City, Floats, TrafficField

QUIET = TrafficSpec(cv=0.0, cv_peak=0.0, day_cv=0.0)
WIDE = TrafficSpec(fastest=5.0)
"""Without an upper bound the noise is lognormal to the end."""
TOY = toy_city()


def drawn(spec: TrafficSpec, days: int = 1, rain_mmh: float = 0.0, city: City = TOY, weekday: int = 0) -> TrafficField:
    """Traffic in steady weather."""
    return draw_traffic(spec, days, weekday, city, steady_weather(days, city.zones, rain_mmh=rain_mmh), Draws(1))


def speed(field: TrafficField, edge: int) -> Floats:
    """(periods,): true speed of an edge over free flow."""
    return np.asarray(field.profile[field.row, field.column[edge]] * field.noise[:, field.group[edge]] / 1e6)


def test_the_shapes_cover_one_day_more_and_every_street() -> None:
    """Rows are weekday and weekend, columns district x class; a noise group is cell x class."""
    field = drawn(TrafficSpec(period_min=30), days=2)
    assert field.profile.shape == (2 * DAY // field.period, len(District) * len(Street))
    assert field.noise.shape == (3 * DAY // field.period, TOY.areas * 4)
    assert len(field.row) == len(field.noise)
    assert len(field.column) == len(field.group) == len(TOY.head)


def test_without_noise_the_truth_is_the_profile() -> None:
    """All noise is 1, every day."""
    assert np.all(drawn(QUIET, days=3).noise == 1000)


def test_the_profile_is_the_inverse_of_the_travel_time_index() -> None:
    """At 17 h an urban arterial takes 1.49 times as long; at night nobody waits; faster classes suffer more."""
    profile = drawn(QUIET).profile.reshape(2, 96, 3, 4)
    at_17 = profile[0, 17 * 4, District.URBAN]
    assert at_17[Street.ARTERIAL] == round(1000 / 1.49)
    assert (profile[:, :24] == 1000).all()
    assert (np.diff(at_17) < 0).all()


def test_the_core_waits_longer_than_the_suburb() -> None:
    """1.3 and .7 of the delay of an urban street."""
    core, urban, suburb = 1000.0 / drawn(QUIET).profile.reshape(2, 96, 3, 4)[0, 17 * 4, :, Street.ARTERIAL] - 1.0
    assert core == pytest.approx(1.3 * urban, rel=0.01)
    assert suburb == pytest.approx(0.7 * urban, rel=0.01)


def test_weekends_have_a_day_of_their_own() -> None:
    """From a Friday on: a weekday, two days of the weekend's rows, a weekday again."""
    field = drawn(QUIET, days=3, weekday=4)
    assert (field.row.reshape(4, 96)[:, 0] // 96).tolist() == [0, 1, 1, 0]
    weekday, weekend = field.profile.reshape(2, 96, 12)[:, :, Street.ARTERIAL]
    assert weekday[7 * 4] < weekend[7 * 4]
    assert weekend[13 * 4] < weekday[13 * 4]


def test_noise_leaves_the_mean_travel_time_right() -> None:
    """Over a season mean travel time over the profile's is 1 within 3 %."""
    time = 1000.0 / drawn(WIDE, days=119).noise
    assert time.mean() == pytest.approx(1.0, abs=0.03)


def test_the_peak_is_less_even_than_the_night() -> None:
    """The coefficient of variation of travel time is near .36 at 17 h and near .24 at 11 h, day factor included."""
    time = (1000.0 / drawn(WIDE, days=279).noise).reshape(40, 7, 96, -1)[:, :5]
    peak, noon = (time[:, :, at] for at in (17 * 4 + 1, 11 * 4 + 1))
    assert peak.std() / peak.mean() == pytest.approx(np.hypot(0.35, 0.08), abs=0.03)
    assert noon.std() / noon.mean() == pytest.approx(np.hypot(0.22, 0.08), abs=0.03)


def test_noise_remembers_the_last_half_hour() -> None:
    """AR(1): correlation exp(-15/30) between neighbouring periods, hardly any three hours apart."""
    flat = replace(WIDE, day_cv=0.0, tti=(1.0,) * 24, tti_weekend=(1.0,) * 24)
    log_time = -np.log(drawn(flat, days=139).noise[:, 2])
    near, far = (np.corrcoef(log_time[:-lag], log_time[lag:])[0, 1] for lag in (1, 12))
    assert near == pytest.approx(np.exp(-0.5), abs=0.03)
    assert abs(far) < 0.05


def test_noise_correlates_with_distance() -> None:
    """Between places as exp(-d / 1.5 km), between classes of street at one place as said."""
    city = synthetic_city(CitySpec(nodes=900, nodes_per_km2=60.0))
    flat = replace(WIDE, day_cv=0.0, tti=(1.0,) * 24, tti_weekend=(1.0,) * 24, memory_min=1.0)
    z = -np.log(drawn(flat, days=59, city=city).noise.reshape(60 * 96, -1, 4))
    seen = np.corrcoef(z[:, :, 0].T)
    count = np.bincount(city.area)
    x, y = (np.bincount(city.area, metres) / count for metres in (city.x_m, city.y_m))
    wanted = np.exp(-np.hypot(x[:, None] - x, y[:, None] - y) / 1500.0)
    assert len(x) > 15
    assert np.abs(seen - wanted).max() < 0.06
    assert np.corrcoef(z[:, 0].T)[0, 1:] == pytest.approx(0.6, abs=0.04)


def test_speeds_stay_in_bounds_in_any_storm() -> None:
    """Even with the strongest noise and rain."""
    field = drawn(TrafficSpec(cv=2.0, cv_peak=3.0, feel=Feel(sensitivity=5.0)), days=3, rain_mmh=40.0)
    for edge in range(len(TOY.head)):
        assert speed(field, edge).min() >= SLOWEST / 1000 - 0.001
        assert speed(field, edge).max() <= 1.2 + 0.001


def test_rain_slows_every_street_and_nothing_else_changes() -> None:
    """Wet speeds over dry ones are the Highway Capacity Manual's factor, to the rounding."""
    dry, wet = drawn(QUIET), drawn(QUIET, rain_mmh=10.0)
    factor = 0.95 / (1.0 + 0.48 * 10.0 / 25.4)
    assert np.abs(wet.noise - factor * dry.noise).max() <= 1.0
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
    assert np.array_equal(drawn(TrafficSpec(), days=5).noise[:192], drawn(TrafficSpec(), days=1).noise)


def test_a_large_city_has_coarser_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more areas than columns of noise, areas share their parent cell's luck."""
    city = synthetic_city(CitySpec(nodes=900, nodes_per_km2=60.0))
    monkeypatch.setattr("scenarios.traffic.MAX_CELLS", city.areas - 1)
    field = drawn(TrafficSpec(), city=city)
    assert field.noise.shape[1] < 4 * city.areas
    assert field.group.max() < field.noise.shape[1]
