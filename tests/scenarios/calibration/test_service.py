"""Stops that were drawn give back what they were drawn with, whether by hand or by the twin itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.calibration.fit import Fit
from scenarios.calibration.service import fit
from scenarios.calibration.stoprecords import DISTRICTS, DWELLINGS
from scenarios.calibration.stops import stops_of, write_stops
from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_fleet
from tests.worlds import play
from twin.draws import Draws, Stream
from twin.errors import InputError

MEDIANS, SIGMA, SEARCH, WALK, BY = (60.0, 80.0, 150.0, 200.0, 120.0), 0.5, (100.0, 40.0, 10.0), (60.0, 30.0, 9.0), 1.5


def drawn(path: Path, seed: int = 1, extra: float = 20.0, pace: float = 0.2, count: int = 8_000) -> Path:
    """A table of stops by 200 drivers with paces of their own, some of them scans without a stop, or breaks."""
    luck = Draws(seed).generator(Stream.DUMMY, 4)
    dwelling, district, driver = (luck.integers(0, size, count) for size in (5, 3, 200))
    parcels = 1 + (luck.random(count) < 0.3) * luck.integers(1, 4, count)
    fast = np.exp(pace * luck.standard_normal(200) - pace**2 / 2)[driver]
    seconds = (np.array(MEDIANS)[dwelling] * np.exp(SIGMA * luck.standard_normal(count)) + extra * (parcels - 1)) * fast
    odd = luck.random(count)
    seconds = np.where(odd < 0.005, 0.0, np.where(odd > 0.995, 7_200.0, seconds))
    search = np.array(SEARCH)[district] * np.exp(0.8 * luck.standard_normal(count)) * (luck.random(count) < 0.9)
    walk = np.array(WALK)[district] * np.where(dwelling > 1, BY, 1.0) * np.exp(0.4 * luck.standard_normal(count)) * fast
    lines = ["service_s,dwelling,district,packages,parking_s,walk_s,courier"] + [
        f"{seconds[row]:.2f},{DWELLINGS[dwelling[row]]},{DISTRICTS[district[row]].upper()},{parcels[row]},"
        f"{search[row]:.2f},{walk[row]:.2f},d{driver[row]}"
        for row in range(count)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(("seed", "extra", "pace"), [(1, 0.0, 0.1), (2, 20.0, 0.2), (3, 40.0, 0.3)])
def test_what_was_drawn_is_recovered(tmp_path: Path, seed: int, extra: float, pace: float) -> None:
    """Medians, spreads, further parcels, paces, searching and walking come back, whatever they were."""
    values = fit(drawn(tmp_path / "stops.csv", seed, extra, pace)).values
    assert values["service_s"] == pytest.approx(MEDIANS, rel=0.1)
    assert values["service_cv"] == pytest.approx([np.sqrt(np.expm1(SIGMA**2))] * 5, abs=0.08)
    assert values["extra_parcel_s"] == pytest.approx(extra, abs=4.0)
    assert values["driver_pace_cv"] == pytest.approx(pace, abs=0.06)
    assert values["parking_s"] == pytest.approx(SEARCH, rel=0.1)
    assert values["parking_cv"] == pytest.approx(np.sqrt(np.expm1(0.64)), rel=0.1)
    assert values["walk_s"] == pytest.approx(WALK, rel=0.12)
    assert values["walk_dwelling"] == pytest.approx((1.0, 1.0, BY, BY, BY), rel=0.1)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    """Fitted to one table."""
    return fit(drawn(tmp_path_factory.mktemp("service") / "stops.csv"))


def test_dwellings_predict_the_times_held_out(found: Fit) -> None:
    """The last fifth is less of a surprise to who knows the dwellings, and quantiles are those of the records."""
    assert found.scores[0].model < found.scores[0].baseline - 0.05
    inside = [(each.low or 0) <= each.fitted <= (each.high or 0) for each in found.figures if "median" in each.name]
    assert len(inside) == 8
    assert sum(inside) >= 6
    assert len(found.curves) == 5


def test_what_was_not_recorded_keeps_the_default(tmp_path: Path) -> None:
    """With times alone nothing is said of dwellings, districts or drivers, and the notes say so."""
    path = tmp_path / "bare.csv"
    path.write_text("seconds\n" + "\n".join(str(30 + 7 * row % 60) for row in range(200)) + "\n")
    bare = fit(path)
    assert bare.values == {}
    assert any("search_s, walk_s" in note for note in bare.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seconds\n" + "60\n" * 20, "at least 50"),
        ("seconds,dwelling\n" + "60,castle\n" * 60, "dwelling 'castle' is not known; write one of porch"),
        ("minutes\n1\n", "no column 'seconds'"),
    ],
)
def test_other_tables_are_refused(tmp_path: Path, text: str, said: str) -> None:
    """One sentence says which column, which value and what to write."""
    path = tmp_path / "stops.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        fit(path)


def test_the_twin_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Fitted to the stops of its own run, the times at doors, on foot and for a place are those of the run's people."""
    changes: dict[str, Any] = {
        "service_s": (50.0, 70.0, 110.0, 130.0, 90.0), "service_cv": (0.3,) * 5, "walk_s": (20.0, 40.0, 60.0),
        "walk_cv": 0.3, "parking_s": (90.0, 60.0, 30.0), "parking_cv": 0.4,
    }  # fmt: skip
    people = certain_people(**changes)
    world = toy_world(days=60, fleet=toy_fleet(van=4), people=people)
    write_stops(tmp_path / "stops.parquet", world, play(world))
    values = fit(tmp_path / "stops.parquet").values
    stops = stops_of(world, play(world))
    assert len(stops["seconds"]) > 300
    for kind, name in enumerate(DWELLINGS):
        if stops["dwelling"].count(name) >= 60:
            assert values["service_s"][kind] == pytest.approx(people.service_s[kind], rel=0.12), name
            assert values["service_cv"][kind] == pytest.approx(0.3, abs=0.08)
    for kind, name in enumerate(DISTRICTS):
        if stops["district"].count(name) >= 60:
            assert values["parking_s"][kind] == pytest.approx(people.parking_s[kind], rel=0.12), name
    assert values["walk_cv"] == pytest.approx(0.3, abs=0.06)
