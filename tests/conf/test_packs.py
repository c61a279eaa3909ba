"""Each scenario pack moves what it should, in the same worlds with the same luck."""

from functools import cache
from statistics import mean

import numpy as np
import pytest

from experiments.composition import composed, job_of
from experiments.config import Job
from scenarios.build import draw_world
from twin.engine import Twin
from twin.kpis import kpis
from twin.ledger import Kind, Ledger
from twin.units import DAY, clock
from twin.world import World

SEEDS = range(1, 6)
TOY = ("city=toy", "demand.parcels_per_day=40.0", "days=2")
DRONES = (*TOY, "fleet=vans_drones", "carriers=none")
ELECTRIC = (*TOY, "fleet=evans", "carriers=none")
CARRIERS = (*TOY, "fleet=none", "carriers=two")
Figures = dict[str, float]


@cache
def job(*overrides: str) -> Job:
    """A run with these overrides."""
    return job_of(composed("config", list(overrides)))


@cache
def world(seed: int, *overrides: str) -> World:
    """The world of a seed."""
    return draw_world(job(*overrides).scenario, seed)


@cache
def played(pack: str, seed: int, *overrides: str) -> Figures:
    """The key figures of a run in a scenario, and how fast its vehicles went."""
    words = (*overrides, f"scenario={pack}")
    ledger = Twin(world(seed, *words), job(*words).policies).run()
    return {**kpis(ledger).values, "kmh": kmh(ledger), "used_kwh": energy(ledger)}


def kmh(ledger: Ledger) -> float:
    """Metres of all legs over the time they took."""
    trace = ledger.trace.columns()
    began: dict[int, tuple[int, int]] = {}
    metres = ms = 0
    for row in trace[np.isin(trace["kind"], [Kind.LEG, Kind.ARRIVED, Kind.HOME])].tolist():
        time, kind, _, who, _, _, value = row
        if kind == Kind.LEG:
            began[who] = (time, value)
        elif who in began:  # a drone comes home without a leg
            start, way = began.pop(who)
            metres, ms = metres + way, ms + time - start
    return metres / max(ms, 1) * 3600


def energy(ledger: Ledger) -> float:
    """Kilowatt-hours charged for each kilometre on the streets."""
    trace = ledger.trace.columns()
    charged = float(trace["value"][trace["kind"] == Kind.CHARGED].sum())
    return charged / max(float(trace["value"][trace["kind"] == Kind.HOME].sum()), 1.0)


def moved(figure: str, pack: str, overrides: tuple[str, ...]) -> list[float]:
    """By how much a pack moves a figure, world by world."""
    return [played(pack, s, *overrides)[figure] - played("weekday", s, *overrides)[figure] for s in SEEDS]


def test_an_ordinary_day_is_what_the_groups_say() -> None:
    """The pack of every run changes nothing."""
    assert job("scenario=weekday").plain == job("scenario=[]").plain


def test_peak_brings_more_parcels() -> None:
    """1.3 times as many candidates are drawn, in the mean of twenty worlds, and more are ordered."""
    words = ("city=toy", "demand.parcels_per_day=1000.0", "days=1")
    drawn = [[len(world(seed, *words, f"scenario={pack}").parcels.sku) for seed in range(20)]
             for pack in ("weekday", "peak")]  # fmt: skip
    assert mean(drawn[1]) / mean(drawn[0]) == pytest.approx(1.3, rel=0.05)
    assert sum(moved("parcels", "peak", ELECTRIC)) > 0


def test_storms_ground_drones_and_slow_streets() -> None:
    """Fewer sorties, more of them grounded, slower legs."""
    assert max(moved("sorties", "storm", DRONES)) <= 0
    assert sum(moved("sorties", "storm", DRONES)) < 0
    assert sum(moved("grounded", "storm", DRONES)) > 0
    assert mean(moved("kmh", "storm", DRONES)) < 0


def test_snow_slows_streets_and_cools_batteries() -> None:
    """It snows, it does not rain, streets are slower than on an ordinary day, and batteries give less."""
    for seed in SEEDS:
        sky = world(seed, *DRONES, "scenario=snow").weather
        assert sky.snow_mmh.sum() > sky.rain_mmh.sum()
        assert sky.temperature_c.mean() < 0
    assert mean(moved("kmh", "snow", DRONES)) < 0
    assert sum(moved("sorties", "snow", DRONES)) < 0
    assert mean(moved("used_kwh", "snow", ELECTRIC)) > 0


def test_heat_empties_batteries() -> None:
    """Afternoons come to about forty degrees, and a kilometre takes more energy than on a spring day."""
    hottest = mean(float(world(seed, *ELECTRIC, "scenario=heat").weather.temperature_c.max()) for seed in SEEDS)
    assert 36 < hottest < 46
    assert mean(moved("used_kwh", "heat", ELECTRIC)) > 0


def test_a_bridge_is_closed_by_day() -> None:
    """Some street is closed from 7 to 19 h each day, and in the mean vehicles drive more for a parcel."""
    words = ("city=small", "demand.parcels_per_day=60.0", "days=2", "fleet=vans", "carriers=none", "incidents=none")
    closed = world(1, *words, "scenario=bridge").disruptions
    assert len(world(1, *words, "scenario=weekday").disruptions.edge) == 0
    assert len(closed.edge) > 0
    assert set(closed.permille.tolist()) == {0}
    assert set((closed.start % DAY).tolist()) == {clock("07:00")}
    assert set((closed.end % DAY).tolist()) == {clock("19:00")}
    assert mean(moved("metres_per_delivered_parcel", "bridge", words)) > 0


def test_a_strike_makes_carriers_late() -> None:
    """On-time falls in the mean, and rises in no world."""
    assert mean(moved("on_time", "strike", CARRIERS)) < -0.02
    assert max(moved("on_time", "strike", CARRIERS)) <= 0


def test_packs_add_up() -> None:
    """A storm at peak has the storm's weather and the peak's demand, bit for bit."""
    for seed in SEEDS:
        both, storm, peak = (world(seed, *DRONES, f"scenario={packs}") for packs in ("[peak,storm]", "storm", "peak"))
        assert np.array_equal(both.weather.wind_mps, storm.weather.wind_mps)
        assert np.array_equal(both.sessions.time, peak.sessions.time)
