"""Incidents and closures of a city of 2,500 junctions against their inputs, and what a closed bridge does to a day."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_rel

from experiments.composition import composed, job_of
from scenarios.build import draw_world
from scenarios.incidents import draw_disruptions, left, mean_minutes
from scenarios.incidentspec import Closure, IncidentSpec, Works
from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from scenarios.toy import steady_weather
from tests.worlds import Rows
from twin.draws import Draws
from twin.engine import Twin
from twin.entities import Street, Upset
from twin.kpis import kpis
from twin.ledger import Kind
from twin.units import HOUR, MINUTE
from twin.world import Disruptions, Floats

CITY = synthetic_city(CitySpec())
SPEC = IncidentSpec(works=Works(rate_km_year=0.0))
YEARS = 3


@pytest.fixture(scope="module")
def decade() -> Disruptions:
    """Three years of dry incidents."""
    days = YEARS * 365 - 1
    return draw_disruptions(SPEC, days, 0, CITY, steady_weather(days, CITY.zones), Draws(1))


@pytest.mark.parametrize("street", list(Street))
def test_counts_are_poisson_with_the_rate(decade: Disruptions, street: Street) -> None:
    """Per kilometre and year within 3.3 standard deviations; days' counts have a variance like their mean."""
    km = float(CITY.length_mm[CITY.street == street].sum()) / 1e6
    mine = CITY.street[decade.edge] == street
    wanted = SPEC.rate_km_year[street] * km * YEARS * float(np.mean(SPEC.week))
    assert abs(mine.sum() - wanted) < 3.3 * np.sqrt(wanted)
    daily = np.bincount(decade.start[mine] // 86_400_000, minlength=YEARS * 365)
    week = np.resize(SPEC.week, YEARS * 365) / np.mean(SPEC.week)
    dispersion = ((daily - daily.mean() * week) ** 2 / (daily.mean() * week)).mean()
    assert dispersion == pytest.approx(1.0, abs=4 * np.sqrt(2.0 / len(daily)) + 0.02 / daily.mean())


def test_durations_are_the_manuals(decade: Disruptions) -> None:
    """Mean within 3.3 standard errors, cv .8, by what happened on city streets."""
    city = CITY.street[decade.edge] != Street.EXPRESSWAY
    minutes = (decade.end - decade.start) / MINUTE
    for upset in range(4):
        mine, wanted = minutes[city & (decade.kind == upset)], mean_minutes(SPEC)[0, upset]
        assert mine.mean() == pytest.approx(wanted, abs=3.3 * 0.8 * wanted / np.sqrt(len(mine)))
        assert mine.std() / mine.mean() == pytest.approx(0.8, abs=0.05)


def test_capacities_are_the_manuals(decade: Disruptions) -> None:
    """Mean capacity left on arterials is that of the shares and equation 29-27, within 1 %."""
    mine = (CITY.street[decade.edge] == Street.ARTERIAL) & (decade.permille > 0)
    lanes, upset = np.repeat([1, 2, 0], 4), np.tile(np.arange(4), 3)
    speed, capacity = left(SPEC, Street.ARTERIAL, lanes, upset)
    open_ = speed > 0
    wanted = np.average(capacity[open_], weights=np.array(SPEC.joint)[open_])
    assert ((decade.delay[mine] / 1000.0) ** -0.25).mean() == pytest.approx(wanted, rel=0.01)
    shut = (CITY.street[decade.edge] == Street.ARTERIAL) & (decade.permille == 0)
    assert shut.sum() / (shut.sum() + mine.sum()) == pytest.approx(SPEC.more_lanes[Upset.INJURY_CRASH], rel=0.15)


def driving_hours(trace: Rows) -> float:
    """Hours from setting out to being there, of all vehicles."""
    began: dict[int, int] = {}
    total = 0
    for time, kind, _, who, *_ in trace.tolist():
        if kind == Kind.LEG:
            began[who] = time
        elif kind in (Kind.ARRIVED, Kind.HOME) and who in began:
            total += time - began.pop(who)
    return total / HOUR


@pytest.mark.slow
def test_a_closed_bridge_costs_hours_and_no_parcel_is_lost_sight_of() -> None:
    """The busiest street closed in twelve worlds: who does not hear of it drives longer, by paired tests at 1 %.

    Longer than with the street open, and longer than who hears of it and plans around it; that costs so little that
    twelve worlds only show that it does not help.
    """
    job = job_of(composed("config", ["fleet=vans", "warmup_days=0", "days=1"]))
    bridge = Closure(busiest=1, start="07:00", until="22:00")
    ways = ((), (bridge,), (replace(bridge, announced=False),))
    hours, detours = np.zeros((12, 3)), np.zeros(3)
    for world, closures in np.ndindex(hours.shape):
        incidents = replace(job.scenario.incidents, closures=ways[closures], report_min=900.0)
        ledger = Twin(draw_world(replace(job.scenario, incidents=incidents), world + 1), job.policies).run()
        trace, values = ledger.trace.columns(), kpis(ledger).values
        hours[world, closures] = driving_hours(trace)
        detours[closures] += (trace["kind"] == Kind.DETOUR).sum()
        ended = sum(values[name] for name in ("delivered", "open_parcels", "returned", "cancelled", "lost"))
        assert ended == values["parcels"]
    open_, heard, unheard = hours.T
    print(f"hours: open {open_.mean():.2f}; heard of {longer(heard, open_)}; not heard of {longer(unheard, open_)}")  # noqa: T201
    assert ttest_rel(unheard, open_, alternative="greater").pvalue < 0.01
    assert ttest_rel(unheard, heard, alternative="greater").pvalue < 0.01
    assert ttest_rel(heard, open_, alternative="less").pvalue > 0.01
    assert detours[2] > max(detours[0], detours[1])


def longer(hours: Floats, usual: Floats) -> str:
    """By how much one column is larger, in the mean, with a 95 % interval."""
    low, high = ttest_rel(hours, usual).confidence_interval(0.95)
    return f"{(hours - usual).mean():+.3f} ({low:+.3f} to {high:+.3f})"
