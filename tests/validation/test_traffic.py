"""Traffic against published flows and against trips in New York."""

import csv
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.calibration.traffic import fit
from scenarios.toy import steady_weather, toy_city
from scenarios.traffic import draw_traffic
from scenarios.trafficspec import TrafficSpec
from scenarios.volumes import bpr
from tests.source import ROOT
from twin.draws import Draws
from twin.entities import District, Street
from twin.world import Floats

DATA = Path(os.environ.get("LASTMILE_DATA", ROOT.parent / "shared" / "data")) / "traffic"
TAXIS = DATA / "nyc_taxi_2019_03" / "taxis.csv"
KM = 1.609344
NETWORKS = {"sioux_falls/SiouxFalls": 76, "anaheim/Anaheim": 914}
"""TNTP networks and how many links they have."""


def links(name: str, part: str, columns: int) -> Floats:
    """Rows of numbers of a TNTP file, metadata and comments left out."""
    text = (DATA / f"{name}_{part}.tntp").read_text(encoding="utf-8")
    rows = [line.replace(";", " ").split() for line in text.splitlines()]
    return np.array([[float(word) for word in row[:columns]] for row in rows if row and row[0].isdigit()])


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is absent; set LASTMILE_DATA")
@pytest.mark.parametrize("name", NETWORKS)
def test_costs_at_the_published_flows_are_the_published_costs(name: str) -> None:
    """Free-flow time x BPR, link by link, to 1e-9."""
    net, flow = links(name, "net", 7), links(name, "flow", 4)
    place = {(a, b): number for number, (a, b) in enumerate(net[:, :2].tolist())}
    mine = net[[place[a, b] for a, b in flow[:, :2].tolist()]]
    cost = mine[:, 4] * bpr(flow[:, 2] / mine[:, 2], mine[:, 5], mine[:, 6])
    assert len(flow) == NETWORKS[name]
    assert np.abs(cost - flow[:, 3]).max() < 1e-9


def manhattan() -> list[Floats]:
    """Kilometres an hour of weekday trips within Manhattan, by hour, as a reader of the file would compute them."""
    by_hour: list[list[float]] = [[] for _ in range(24)]
    with TAXIS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start, end = (datetime.fromisoformat(row[name]) for name in ("pickup", "dropoff"))
            seconds = (end - start).total_seconds()
            here = row["pickup_borough"] == row["dropoff_borough"] == "Manhattan"
            if here and start.weekday() < 5 and 60 <= seconds <= 10_800:
                speed = float(row["distance"]) * KM / seconds * 3600
                if 1.0 <= speed <= 130.0:
                    by_hour[start.hour].append(speed)
    return [np.array(speeds) for speeds in by_hour]


@pytest.fixture(scope="module")
def fitted() -> Any:
    """What the trips say."""
    return fit(TAXIS, area="Manhattan")


@pytest.mark.skipif(not TAXIS.is_file(), reason=f"{TAXIS} is absent; set LASTMILE_DATA")
class TestTaxis:
    """New York, March 2019."""

    def test_drawn_speeds_have_the_sample_s_medians_and_spread(self, fitted: Any) -> None:
        """Of 300 drawn weekdays each hour's median is within 5 % of the trips', and its cv between .31 and .45."""
        values = {key: tuple(v) if isinstance(v, list) else v for key, v in fitted.values.items()}
        free = float(fitted.notes[0].split(" is ")[1].split(" km/h")[0])
        city, spec = toy_city(), TrafficSpec(**values, feel={"sensitivity": 0.0})  # type: ignore[arg-type]
        field = draw_traffic(spec, 419, 0, city, steady_weather(419, city.zones), Draws(1))
        column = District.URBAN * 4 + Street.ARTERIAL
        speed = free * field.profile[field.row, column][:, None] * field.noise[:, Street.ARTERIAL :: 4] / 1e6
        by_hour = speed.reshape(60, 7, 24, 4, -1)[:, :5]
        for hour, trips in enumerate(manhattan()):
            drawn = by_hour[:, :, hour]
            assert np.median(drawn) == pytest.approx(np.median(trips), rel=0.05), hour
            assert 0.31 <= drawn.std() / drawn.mean() <= 0.45, hour

    def test_days_that_were_held_out_are_foretold(self, fitted: Any) -> None:
        """The last quarter of the month by the hours of the others: better than one speed for all."""
        score = fitted.scores[0]
        assert score.model < 0.95 * score.baseline

    def test_the_trips_are_accounted_for(self, fitted: Any) -> None:
        """6,433 in the file; each is used or counted with a reason."""
        assert fitted.rows == 6_433
        assert fitted.used + sum(fitted.dropped.values()) == 6_433
