"""Demand has the volume, the hours, the week and the goods that its specification says."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.build import draw_world
from scenarios.demand import SHAPES, mean_parcels, popularity
from scenarios.spec import CitySpec, DemandSpec
from scenarios.toy import toy_city
from tests.scenarios.drawn import scenario
from twin.units import DAY, HOUR
from twin.world import Floats

LONG = draw_world(scenario(days=140, demand=DemandSpec(parcels_per_day=400.0, shared=0.0)), 3)


def test_candidates_are_enough_for_the_parcels_wanted() -> None:
    """Parcels x share that buys / room to rise is the mean asked for, within 2 %."""
    bought = len(LONG.parcels.sku) / 140 * 0.65 / (1.15 * LONG.sessions.ceiling)
    assert bought == pytest.approx(400.0, rel=0.02)


@pytest.mark.parametrize("shape", ["oberlo", "evening"])
def test_orders_follow_the_shape_of_the_hours(shape: str) -> None:
    """Shares by hour are within sampling error of the table; there are some in every hour."""
    demand = DemandSpec(parcels_per_day=2_000.0, hours=shape)  # type: ignore[arg-type]
    time = draw_world(scenario(days=10, demand=demand), 1).sessions.time
    found = np.bincount(time % DAY // HOUR, minlength=24) / len(time)
    wanted = np.array(SHAPES[shape]) / sum(SHAPES[shape])
    assert np.abs(found - wanted).max() < 5 * np.sqrt(wanted.max() / len(time))
    assert found.min() > 0.0


def test_the_named_shapes_say_what_their_sources_say() -> None:
    """Oberlo peaks at 13 h; the evening shape at 20 to 21 h, with about 60 % after 17 h; both sum to 100."""
    for shape in SHAPES.values():
        assert sum(shape) == pytest.approx(100.0, abs=0.3)
    assert int(np.argmax(SHAPES["oberlo"])) == 13
    assert int(np.argmax(SHAPES["evening"])) in (20, 21)
    assert 0.55 < sum(SHAPES["evening"][17:]) / 100.0 < 0.65


def test_hours_can_be_one_s_own() -> None:
    """24 shares of any sum are the shares of the hours; an hour with none has no order."""
    own = (0.0,) * 8 + (3.0, 1.0) + (0.0,) * 14
    time = draw_world(scenario(days=5, demand=DemandSpec(parcels_per_day=800.0, hours=own)), 1).sessions.time
    found = np.bincount(time % DAY // HOUR, minlength=24) / len(time)
    assert set(np.flatnonzero(found).tolist()) == {8, 9}
    assert found[8] == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize(
    ("demand", "said"),
    [
        ({"hours": (0.0,) * 24}, "must have a share above 0"),
        ({"hours": (1.0,) * 23}, "at least 24 items"),
        ({"hours": "lunch"}, "'oberlo' or 'evening'"),
        ({"first_date": "2024-03-04"}, "set demand.orders"),
        ({"first_date": "4 March", "orders": "a.csv"}, "write it as in '2024-03-04'"),
    ],
)
def test_what_cannot_be_meant_is_refused(demand: dict[str, Any], said: str) -> None:
    """With the value and what to do."""
    with pytest.raises(ValidationError, match=re.escape(said)):
        DemandSpec(**demand)


def test_the_week_has_its_shape() -> None:
    """With Sundays closed, no session falls on a Sunday, wherever the run begins."""
    world = draw_world(
        scenario(days=14, first_weekday=4, demand=DemandSpec(parcels_per_day=50.0, week=(1.0,) * 6 + (0.0,))), 1
    )
    weekday = (world.sessions.time // DAY + 4) % 7
    assert set(weekday.tolist()) == set(range(6))


def test_an_area_s_days_vary_more_than_chance() -> None:
    """Variance over mean of an area's daily sessions is 1 + mean / k, within a third."""
    area = LONG.city.area[LONG.customers.node[LONG.sessions.customer]]
    table = np.zeros((140, LONG.city.areas))
    np.add.at(table, (LONG.sessions.time // DAY, area), 1.0)
    table /= np.array(DemandSpec().week)[np.arange(140) % 7][:, None]
    busy = table.mean(axis=0) > 20.0
    over = (table.var(axis=0, ddof=1) / table.mean(axis=0))[busy]
    assert busy.sum() >= 4
    assert over.mean() == pytest.approx(1.0 + table.mean(axis=0)[busy].mean() / 6.0, rel=0.33)


def by_area(sigma: float, seed: int, shared: float) -> Floats:
    """(areas, days) candidates of areas of one size, households and income."""
    town = CitySpec(nodes=1_500, depots=1, lockers=1, resolution=8, seed=seed)
    spec = DemandSpec(parcels_per_day=8_000.0, spatial_sigma=sigma, customers=1.0, week=(1.0,) * 7, shared=shared)
    world = draw_world(scenario(days=20, city=town, demand=spec), seed)
    area = world.city.area[world.customers.node[world.sessions.customer]]
    table = np.zeros((world.city.areas, 20))
    np.add.at(table, (area, world.sessions.time // DAY), 1.0)
    busy: Floats = table[table.sum(axis=1) > 400.0]
    return busy


def test_areas_differ_for_good_by_the_field() -> None:
    """With a field the log of areas' candidates moves by its sigma against the same city without; the total stays."""
    moved = []
    for seed in range(6):
        plain, field = by_area(0.0, seed, shared=0.0), by_area(0.5, seed, shared=0.0)
        assert field.sum() == pytest.approx(plain.sum(), rel=0.1)
        if len(field) == len(plain):
            moved.append(np.log(field.sum(axis=1) / plain.sum(axis=1)))
    assert len(moved) > 1
    assert np.mean([each.std() for each in moved]) == pytest.approx(0.45, abs=0.15)


def test_neighbours_share_a_day() -> None:
    """With ``shared`` at 1 an area's days go with its neighbours', at 0 they do not; the variance is the same."""
    together, alone = by_area(0.0, 3, shared=1.0), by_area(0.0, 3, shared=0.0)
    for table, low, high in ((together, 0.2, 0.9), (alone, -0.15, 0.15)):
        relative = table / table.mean(axis=1, keepdims=True)
        correlation = np.corrcoef(relative)[np.triu_indices(len(relative), 1)]
        assert low < correlation.mean() < high
        assert relative.var(axis=1, ddof=1).mean() == pytest.approx(1 / 6.0, rel=0.5)


def test_parcels_weigh_and_measure_what_the_evidence_says() -> None:
    """Median .9 kg, about .82 at most 2.27 kg (5 lb); within the largest allowed."""
    kilos, litres = LONG.parcels.weight_g / 1e3, LONG.parcels.volume_ml / 1e3
    assert np.median(kilos) == pytest.approx(0.9, rel=0.03)
    assert (kilos <= 2.27).mean() == pytest.approx(0.82, abs=0.01)
    assert np.median(litres / kilos) == pytest.approx(5.0, rel=0.05)
    assert kilos.max() <= 30.0
    assert litres.max() <= 150.0


def test_products_sell_by_their_popularity() -> None:
    """Shares sum to one, fall, and are found in the parcels."""
    shares = popularity(200)
    assert shares.sum() == pytest.approx(1.0)
    assert (np.diff(shares) < 0).all()
    found = np.bincount(LONG.parcels.sku, minlength=200) / len(LONG.parcels.sku)
    assert np.abs(found - shares).max() < 0.003


@settings(max_examples=25)
@given(seed=st.integers(0, 2**63 - 1), days=st.integers(1, 5), parcels=st.floats(1.0, 60.0))
def test_ids_rise_with_time_and_every_session_has_parcels(seed: int, days: int, parcels: float) -> None:
    """Times rise within the horizon; parcel ranges are consecutive and not empty; nobody is invented."""
    world = draw_world(scenario(days=days, demand=DemandSpec(parcels_per_day=parcels)), seed)
    sessions = world.sessions
    assert (np.diff(sessions.time) >= 0).all()
    assert ((sessions.time >= 0) & (sessions.time < days * DAY)).all()
    assert (np.diff(sessions.parcel) >= 1).all()
    assert sessions.parcel[0] == 0
    assert sessions.parcel[-1] == len(world.parcels.sku)
    assert ((sessions.customer >= 0) & (sessions.customer < len(world.customers.node))).all()
    assert (world.parcels.weight_g > 0).all()


def test_without_a_number_demand_comes_from_households() -> None:
    """Households x .44 x catchment; a number given is taken."""
    city = replace(toy_city(), households=np.full(6, 1_000.0))
    assert mean_parcels(DemandSpec(catchment=0.1), city) == pytest.approx(264.0)
    assert mean_parcels(DemandSpec(parcels_per_day=7.0), city) == 7.0
