"""Demand that the twin drew, fitted as if it were somebody's records, has the parameters that it was drawn with."""

import time
from pathlib import Path

import numpy as np
import pytest

from scenarios.build import draw_world
from scenarios.calibration.demand import fit
from scenarios.calibration.fit import Fit
from scenarios.cityfile import write_city
from scenarios.customers import draw_customers, draw_rates
from scenarios.demand import SHAPES, Crowd, draw_demand
from scenarios.demandspec import DemandSpec, DemandWeather
from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from scenarios.toy import steady_weather
from tests.scenarios.drawn import scenario
from tests.scenarios.recorded import write_orders
from twin.draws import Draws
from twin.specs import People

WEEK = (1.15, 1.05, 1.0, 1.1, 1.1, 0.9, 0.7)
TRUTH = DemandSpec(
    parcels_per_day=900.0, hours="evening", week=WEEK, overdispersion=4.0, shared=0.4, spatial_sigma=0.4,
    spatial_km=1.2, weather=DemandWeather(0.0, 0.0, 0.0, 0.0), weight_kg=1.4, weight_sigma=0.8, litres_per_kg=7.0,
    litres_sigma=0.4, parcels_per_order=1.4, buys=1.0, customers=1.0, sku_power=0.8,
)  # fmt: skip


def fitted(folder: Path, seed: int, nodes: int, weeks: int) -> Fit:
    """The fit to a drawn world's orders."""
    town = CitySpec(nodes=nodes, depots=1, lockers=1, seed=seed + 1)
    world = draw_world(scenario(days=7 * weeks, city=town, demand=TRUTH), seed)
    write_orders(world, folder / "orders.csv")
    write_city(world.city, folder / "town.city")
    return fit(folder / "orders.csv", city=str(folder / "town.city"))


def misses(found: Fit) -> dict[str, float]:
    """Key -> by how many half-widths the truth lies off the middle of its interval."""
    off = {}
    for key, (low, high) in found.intervals.items():
        truth = WEEK[int(key[5:])] if key.startswith("week.") else getattr(TRUTH, key)
        off[key] = abs(truth - (low + high) / 2) / ((high - low) / 2)
    return off


def test_calibration_recovers_what_orders_were_drawn_with(tmp_path: Path) -> None:
    """Of 18 parameters at most 2 lie outside their 95 % interval, none far; the hours are those of the shape."""
    found = fitted(tmp_path, 0, nodes=2_000, weeks=12)
    off = misses(found)
    assert len(off) == 18
    assert sum(distance > 1.0 for distance in off.values()) <= 2, off
    assert max(off.values()) < 2.0, off
    hours = np.array(SHAPES["evening"]) / sum(SHAPES["evening"]) * 100.0
    assert np.abs(np.array(found.values["hours"]) - hours).max() < 0.3
    assert found.used == found.rows
    assert all(score.model < score.baseline for score in found.scores), found.scores


@pytest.mark.slow
def test_intervals_cover_what_they_promise(tmp_path: Path) -> None:
    """Over twelve cities 95 % intervals hold the truth in at least 90 % of cases."""
    inside = [distance <= 1.0 for seed in range(12) for distance in misses(fitted(tmp_path, seed, 2_000, 12)).values()]
    assert np.mean(inside) >= 0.90


@pytest.mark.slow
def test_a_hundred_thousand_checkouts_are_drawn_in_three_seconds() -> None:
    """Customers and a day of 100,000 checkouts of a city of 50,000 nodes take less than 3 s of CPU."""
    city = synthetic_city(CitySpec(nodes=50_000))
    spec = DemandSpec(parcels_per_day=62_000.0, buys=0.65)
    start = time.process_time()
    customers = draw_customers(city, 0.25, People(), 1)
    crowd = Crowd(city, customers, draw_rates(city, customers, 1), (0.5, 1.5), 1)
    sessions, _ = draw_demand(spec, 1, 0, crowd, steady_weather(1, city.zones), 200, Draws(1))
    assert len(sessions.time) > 95_000
    assert time.process_time() - start < 3.0
