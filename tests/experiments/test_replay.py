"""A run on recorded weather, and one on weather fitted to records, from the command line."""

import json
from pathlib import Path

import pytest

from tests.experiments.conftest import TOY, Twin
from tests.scenarios.stationfiles import rows, write


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Seventy days of a station, an hour of the third missing."""
    kept = rows(70)
    return write(tmp_path / "station.csv", kept[:50] + kept[51:])


def test_a_replay_names_its_file_and_its_gaps(twin: Twin, records: Path, tmp_path: Path) -> None:
    """The manifest has the file's digest, the terminal how many hours were filled."""
    said = twin("run", *TOY, "weather.records=station.csv", "weather.first_day='2021-03-02'", "out=run")
    assert said.status == 0
    assert "Weather: 1 hours" in said.out
    assert "weather.records" in json.loads((tmp_path / "run" / "manifest.json").read_text())["data_sha256"]


def test_records_that_were_changed_are_noticed(twin: Twin, records: Path, tmp_path: Path) -> None:
    """A snapshot goes on only with the very records that its run began with."""
    assert twin("run", *TOY, "weather.records=station.csv", "until=12:00", "out=noon").status == 0
    write(records, rows(70, seed=2))
    said = twin("resume", "noon/snapshot.json")
    assert said.status == 2
    assert "weather.records(=station.csv) has changed since" in said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["weather.records=gone.csv"], "weather.records(=gone.csv) cannot be read"),
        (["weather.records=station.csv", "weather.station=B"], "weather.station(=B) must be one of its stations"),
        (["weather.records=station.csv", "weather.first_day='2030-01-01'"], "are not known, more than a tenth"),
        (["weather.station=B"], "set weather.records"),
        (["weather.forecast_cv=0.0"], "weather.forecast_cv(=0.0)"),
    ],
)
def test_what_cannot_be_replayed_is_refused(twin: Twin, records: Path, words: list[str], sentence: str) -> None:
    """In one sentence, with status 2."""
    said = twin("run", *TOY, *words, "out=run")
    assert said.status == 2
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_fitted_climate_can_be_run(twin: Twin, records: Path, tmp_path: Path) -> None:
    """``twin calibrate weather`` writes a choice that ``twin run`` takes."""
    assert twin("calibrate", "weather", "station.csv").status == 0
    said = twin("run", "--config-dir", "fitted", *TOY, "weather=weather", "out=run")
    assert said.status == 0, said.err
    assert "storm_h" in (tmp_path / "run" / ".hydra" / "config.yaml").read_text()
