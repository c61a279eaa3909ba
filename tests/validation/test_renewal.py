"""Luck that repeats meets its closed form: attempts, mishaps on the way, candidates that come."""

import numpy as np
import pytest

from scenarios.build import draw_world
from scenarios.demandspec import DemandSpec
from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_kind
from tests.scenarios.drawn import scenario
from tests.validation.formulas import Interval
from tests.validation.stations import quiet
from tests.worlds import PLAIN, operation, play, remedy, rows
from twin import shift
from twin.draws import Stream
from twin.entities import Mode, Remedy
from twin.ledger import Kind
from twin.roads import Way
from twin.specs import FleetGroup
from twin.state import Phase
from twin.units import DAY, HOUR, SECOND


def test_attempts_are_geometric() -> None:
    """With a chance p at each visit a parcel takes n attempts with probability p (1 - p)^(n - 1), within 4 s.e."""
    chance = 0.6
    people = certain_people(
        presence_weekday=(chance,) * 24, presence_weekend=(chance,) * 24, safe_place=(0.0,) * 5, neighbour=(0.0,) * 5,
        late_propensity=1.0, fail_propensity=1.0, presence_dwelling=(0.0,) * 5,
    )  # fmt: skip
    world = toy_world(3, days=90, people=people, operation=operation(max_attempts=9, stock_days=150.0))
    world.customers.dwelling[:] = 0
    ledger = play(world, PLAIN.replace(recovering=remedy(Remedy.REATTEMPT)))
    done = rows(ledger, Kind.DELIVERED)
    early = done[done["time"] < 80 * DAY]
    tried = np.bincount(rows(ledger, Kind.ATTEMPTED)["subject"])
    attempts = tried[np.unique(early["subject"])]
    assert len(attempts) > 800
    for number in range(1, 5):
        share = chance * (1.0 - chance) ** (number - 1)
        found = (attempts == number).mean()
        assert found == pytest.approx(share, abs=4.0 * np.sqrt(share * (1.0 - share) / len(attempts)))
    assert attempts.mean() == pytest.approx(1.0 / chance, rel=0.06)


def driven(seed: int, kilometres: int) -> tuple[float, float]:
    """Share of a robovan's time on one long leg in which it was not stuck, and how few mishaps it happened to have."""
    kind = toy_kind(Mode.ROBOVAN, assist_km=2.4, assist_min=3.0, breakdown_km=0.0, battery_kwh=1e6)
    twin = quiet(toy_world(seed, fleet=(FleetGroup(kind, 1),), operation=operation()))
    unit = twin.state.units[0]
    shift.fresh_start(twin, unit)
    unit.tour = [[8, 0, 0]]
    city = twin.world.city
    there, back = (np.flatnonzero((city.tail == a) & (city.head == b))[0] for a, b in ((0, 1), (1, 0)))
    edges = np.tile([there, back], kilometres)  # two streets of 500 m, 50 s each
    unit.way = edges.tolist()
    shift._drive_on(twin, unit, Way(edges, kilometres * 1000, 0), 0)
    while twin.state.pending[unit.wait].phase == Phase.MISHAP:
        twin.calendar.run(twin.state.pending[unit.wait].due + 1)
    return kilometres * 100 * SECOND / twin.state.pending[unit.wait].due, 0.0


def test_availability_is_that_of_a_renewal_process() -> None:
    """4 minutes in the mean between assists of 3 minutes: on the move for MTBF / (MTBF + MTTR) = 4 / 7 of the time."""
    shares = [driven(seed, 4_000)[0] for seed in range(8)]
    found = Interval.of([(share, (-1.0) ** number) for number, share in enumerate(shares)])
    assert found.meets(4.0 / 7.0), str(found)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1])
def test_candidates_that_come_are_poisson(share: float) -> None:
    """Thinned by their own luck, Poisson candidates are Poisson: by hour the variance is the mean, within 4 s.e."""
    flat = DemandSpec(
        parcels_per_day=900.0, overdispersion=1e9, shared=0.0, hours=(1.0,) * 24, week=(1.0,) * 7, spatial_sigma=0.0
    )
    world = draw_world(scenario(days=60, demand=flat), 4)
    luck = world.draws.uniforms(Stream.THINNING, np.arange(len(world.sessions.time)))
    hourly = np.bincount(world.sessions.time[luck < share] // HOUR, minlength=60 * 24)
    assert hourly.var(ddof=1) / hourly.mean() == pytest.approx(1.0, abs=4.0 * np.sqrt(2.0 / len(hourly)))
    gaps = np.diff(world.sessions.time[luck < share])
    assert gaps.std() / gaps.mean() == pytest.approx(1.0, abs=0.05)
