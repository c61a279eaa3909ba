"""What a climate was made of is found again in its records, and a fit can be used."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from scenarios.calibration.fit import Fit
from scenarios.calibration.weather import fit
from scenarios.calibration.weatherclimate import measured
from scenarios.calibration.weatherfigures import Measure, interval, measures, value
from scenarios.calibration.weatherscores import normal_scores, spread, tetrachoric
from scenarios.calibration.weatherspace import distances
from scenarios.weather import draw_truth, draw_weather
from scenarios.weatherluck import remembered
from scenarios.weatherrecords import Station
from scenarios.weatherspec import WeatherSpec
from tests.scenarios.stationfiles import rows, write
from twin.draws import Draws, Stream
from twin.errors import InputError
from twin.world import Floats

SPEC = WeatherSpec(day_of_year=1)
PLACES = np.array([[0.0, 0.0], [40.0, 0.0], [0.0, 90.0]])
DAYS = 2 * 365


def stations() -> dict[str, Station]:
    """Two years at three places, as stations that say where they are."""
    truth = draw_truth(SPEC, DAYS, PLACES, Draws(11))
    found = {}
    for zone, (east, north) in enumerate(PLACES.tolist()):
        hours = {
            "temperature": truth.temperature_c[:, zone], "wind": truth.wind_mps[:, zone],
            "rain": truth.falls_mmh[:, zone], "visibility": truth.visibility_m[:, zone],
        }  # fmt: skip
        lat = 40.0 + north / 111.2
        lon = east / 111.2 / np.cos(np.radians(40.0))
        found[str(zone)] = Station(np.datetime64("2022-01-01"), hours, DAYS * 24, 0, lon, lat)
    return found


STATIONS = stations()
FOUND = measured(STATIONS["0"])


@pytest.mark.parametrize(
    ("key", "truth", "by"),
    [
        ("mean_c", 12.0, 0.8), ("season_c", 11.0, 2.0), ("anomaly_c", 4.3, 0.6), ("anomaly_h", 40.0, 14.0),
        ("wind_mps", 4.5, 0.15), ("memory_h", 10.0, 1.2), ("wind_noise", 0.13, 0.03),
    ],
)  # fmt: skip
def test_what_a_climate_was_made_of_is_found(key: str, truth: float, by: float) -> None:
    """Means, spread and memory, within the error of two years."""
    assert FOUND[key] == pytest.approx(truth, abs=by)


def test_lists_are_found() -> None:
    """The day's course of the temperature, and a wind of Weibull's shape 2."""
    usual = 4.5 * np.cos(2.0 * np.pi * (np.arange(24) - 16) / 24.0)
    assert FOUND["hour_c"] == pytest.approx(usual.tolist(), abs=0.5)
    rayleigh = np.sqrt(-2.0 * np.log(np.array([0.9, 0.5, 0.1, 0.01]))) / np.sqrt(np.pi / 2.0)
    shape = FOUND["wind_shape"]
    assert [shape[8], shape[12], shape[16], shape[20]] == pytest.approx(rayleigh.tolist(), abs=0.2)
    assert max(abs(month - 1.0) for month in FOUND["month_wind"]) < 0.2


def test_distances_are_found_from_stations_that_say_where_they_are() -> None:
    """150 km for the wind, 95 for rain, roughly; nothing from one station."""
    found = distances(STATIONS, FOUND["wind_noise"])
    assert found["reach_km"] == pytest.approx(150.0, rel=0.25)
    assert 50.0 < found["storm_km"] < 400.0
    assert distances({"0": STATIONS["0"]}, 0.13) == {}


def test_half_the_hours_tell_nearly_the_same() -> None:
    """A mask of hours leaves out what it says, and gaps do not break a fit."""
    half = measured(STATIONS["0"], np.arange(DAYS * 24) // 168 % 2 == 0)
    assert half["wind_mps"] == pytest.approx(FOUND["wind_mps"], rel=0.06)
    assert half["memory_h"] == pytest.approx(FOUND["memory_h"], rel=0.2)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    """A fit to a hundred days, some of them faulty, beside another station."""
    records: list[dict[str, Any]] = rows(100)
    records[7]["wind_mps"] = 900.0
    path = tmp_path_factory.mktemp("records") / "two.csv"
    return fit(write(path, [*records, records[9], *rows(5, station="B")]), station="A")


def test_a_fit_makes_a_spec_that_draws(fitted: Fit) -> None:
    """Values are keys of the group, and weather comes of them."""
    spec = TypeAdapter(WeatherSpec).validate_python(dict(fitted.values))
    assert draw_weather(spec, 3, np.zeros((1, 2)), Draws(1)).wind_mps.shape == (96, 1)
    assert (fitted.topic, fitted.group) == ("weather", "weather")


def test_a_fit_counts_what_it_left_out(fitted: Fit) -> None:
    """Each reason with its count; what remains is what was used."""
    assert fitted.rows == 2_400 + 1 + 120
    assert sorted(fitted.dropped.values()) == [1, 1, 120]
    assert fitted.used == 2_399


def test_a_fit_says_how_good_it_is(fitted: Fit) -> None:
    """Intervals hold their figures, held-out scores beat the baseline ahead in time, and short records are noted."""
    assert all(f.low is not None and f.high is not None and f.low <= f.observed <= f.high for f in fitted.figures)
    ahead = [score for score in fitted.scores if "ahead" in score.name or "wet hour" in score.name]
    assert len(ahead) == 3
    assert all(score.model < score.baseline for score in ahead)
    assert any("Not every month" in note for note in fitted.notes)
    assert all(len(curve.x) == len(curve.observed) == len(curve.fitted) for curve in fitted.curves)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (rows(20), "480 hours with"),
        (rows(200)[::3], "0 days have .* at 1 h"),
        ([row | {"wind_mps": 0.0} for row in rows(70)], "its sensor is dead"),
    ],
    ids=["short", "every third hour", "calm"],
)
def test_records_that_tell_too_little_are_refused(tmp_path: Path, records: list[dict[str, Any]], words: str) -> None:
    """With what there is, and what to bring."""
    with pytest.raises(InputError, match=words):
        fit(write(tmp_path / "a.csv", records))


def test_records_without_a_view_or_rain_are_fitted_all_the_same(tmp_path: Path) -> None:
    """A desert station without a visibility sensor: what it lacks keeps its default."""
    records = [{k: v for k, v in row.items() if k != "visibility_m"} | {"precip_mm": 0.0} for row in rows(90)]
    found = fit(write(tmp_path / "a.csv", records))
    assert found.values["wet_days"] == 0.0
    assert not [key for key in found.values if key.startswith(("sight", "storm", "rain"))]
    assert not [figure for figure in found.figures if "view" in figure.name]


def test_steps_are_spread_over_their_width() -> None:
    """A view rounded down lies above its step, a wind around it; order, gaps and the largest stay."""
    steps = np.array([3.0, 1.0, np.nan, 1.0, 2.0, 3.0])
    up, around = spread(steps, upwards=True), spread(steps, upwards=False)
    assert np.isnan(up[2])
    assert np.isnan(around[2])
    assert up[[1, 3, 4, 0, 5]] == pytest.approx([1.25, 1.75, 2.5, 3.0, 3.0])
    assert around[[1, 3, 4, 0, 5]] == pytest.approx([1.125, 1.375, 2.0, 2.625, 2.875])


def test_memory_behind_a_limit_is_found() -> None:
    """The correlation of scores of which only the lowest eighth are seen."""
    score = remembered(Draws(1).generator(Stream.WEATHER, 0).standard_normal(60_000), 10.0)
    assert tetrachoric(np.maximum(-1.2, -np.maximum(score, 1.2)) * -1.0, 3) == 0.0
    assert tetrachoric(np.minimum(score, -1.0), 3) == pytest.approx(np.exp(-0.3), abs=0.04)


def test_scores_are_standard_normal_and_share_ties() -> None:
    """Mean zero, variance one, equal for equals, NaN for NaN."""
    values = np.array([*np.arange(999.0), 5.0, np.nan])
    score = normal_scores(values)
    assert np.nanmean(score) == pytest.approx(0.0, abs=1e-3)
    assert np.nanstd(score) == pytest.approx(1.0, abs=0.01)
    assert score[5] == score[999]
    assert np.isnan(score[-1])


def test_an_interval_is_as_wide_as_weeks_differ() -> None:
    """Wet weeks and dry weeks in turn: the interval holds the half, and is wide; every week alike: no width."""
    weeks = np.repeat(np.arange(52) % 2, 168).astype(np.float64)
    share = Measure("", lambda hours: (hours["rain"], np.ones_like(hours["rain"])))
    middle, low, high = interval(share, {"rain": weeks})
    assert (middle, low < 0.42, high > 0.58) == (0.5, True, True)
    assert interval(share, {"rain": (np.arange(52 * 168) % 2).astype(np.float64)}) == (0.5, 0.5, 0.5)


def test_measures_of_a_known_series() -> None:
    """Shares, persistence and correlation of a day that repeats."""
    wind: Floats = np.array([0.0, 9.0] * 84)
    hours = {"wind": wind, "rain": np.array([1.5, 1.5, 0.0, 0.0] * 42),
             "visibility": np.full(168, 16_000.0), "temperature": np.full(168, 20.0)}  # fmt: skip
    seen = {measure.name: value(measure, hours) for measure in measures() if "temperature" not in measure.name}
    assert seen["hours with wind above 8 m/s"] == 0.5
    assert seen["hours with more than 1 mm"] == 0.5
    assert seen["hours with more than 2.5 mm"] == 0.0
    assert seen["correlation of the wind 1 h apart"] == pytest.approx(-1.0)
    assert seen["correlation of the wind 6 h apart"] == pytest.approx(1.0)
    assert seen["wet hours that are wet 1 h later"] == pytest.approx(0.5, abs=0.01)
