"""A run can be cut anywhere, saved to a file, restored and finished: the unbroken run, to the last bit."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policies.adapting.bottleneck import Bottleneck
from policies.carriers.scored import Scored
from policies.forecasting.weekday import WeekdaySmoothing
from policies.notifying.proactive import Proactive
from policies.placement.sensed import SensedDemand
from policies.promising.calibrated import CalibratedPromise
from policies.recovering.cheapest import CheapestRemedy
from policies.routing.insertion import CheapestInsertion
from scenarios.toy import toy_world
from tests.worlds import PLAIN, counts, disturbed, everything, fingerprints, fleet, in_turn, remedy, tell
from twin.engine import Twin
from twin.entities import Cause, Mode, Remedy
from twin.ledger import Kind
from twin.ports import Policies
from twin.snapshot import load, save
from twin.units import DAY, HOUR, MINUTE
from twin.world import World

WORLD = everything()
VANS = fleet(breakdown_km=2.0, repair_min=40.0, capacity_parcels=3)
ROBOVAN = fleet(Mode.ROBOVAN, 1, assist_km=1.0, vehicles_per_operator=1, capacity_parcels=3)
ROUGH = disturbed(toy_world(7, 2, noise=True, fleet=VANS + ROBOVAN), seed=6, often=140)
SIMPLE = PLAIN.replace(
    carriers=in_turn,
    recovering=remedy(Remedy.CONTACT, Remedy.REATTEMPT, Remedy.LOCKER, Remedy.RESOURCE),
    notifying=tell(*Cause),
)
CLEVER = Policies(
    routing=CheapestInsertion(sweeps=1),
    promising=CalibratedPromise(),
    placement=SensedDemand(),
    carriers=Scored(),
    recovering=CheapestRemedy(),
    notifying=Proactive(),
    forecasting=WeekdaySmoothing(),
    adapting=Bottleneck(),
)
moments = st.one_of(
    st.integers(0, WORLD.days * DAY),
    st.integers(0, WORLD.days * 96).map(lambda quarter: quarter * 15 * MINUTE),
)
"""Any millisecond, and the full quarters of an hour at which most happens at once."""


@cache
def unbroken(clever: bool = False) -> tuple[str, str, str]:
    """Fingerprints of the run without a cut."""
    return fingerprints(Twin(WORLD, CLEVER if clever else SIMPLE).run())


def through_file(twin: Twin, folder: Path, world: World = WORLD) -> Twin:
    """The twin, saved and loaded."""
    save(folder / "cut.json", twin.snapshot(), {"seed": world.seed})
    state, about = load(folder / "cut.json")
    assert about == {"seed": world.seed}
    return Twin(world, twin.policies, state)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all files of this module."""
    return tmp_path_factory.mktemp("resume")


@settings(max_examples=100)
@given(time=moments)
@example(time=0)
@example(time=1)
@example(time=9 * HOUR)
@example(time=DAY)
@example(time=WORLD.days * DAY)
def test_a_cut_anywhere_leaves_no_trace(folder: Path, time: int) -> None:
    """Cut at any time: trace, costs and key figures are those of the unbroken run."""
    twin = Twin(WORLD, SIMPLE)
    twin.run(time)
    assert fingerprints(through_file(twin, folder).run()) == unbroken()


@settings(max_examples=50)
@given(time=moments)
def test_a_cut_before_a_closure_or_on_a_detour_leaves_no_trace(folder: Path, time: int) -> None:
    """Vehicles on their way, boxed in, or about to turn: the unbroken run, and there were such."""
    twin = Twin(ROUGH, SIMPLE)
    twin.run(time)
    assert fingerprints(through_file(twin, folder, ROUGH).run()) == unbroken_rough()


@cache
def unbroken_rough() -> tuple[str, str, str]:
    """Fingerprints of the disturbed run without a cut."""
    ledger = Twin(ROUGH, SIMPLE).run()
    assert min(counts(ledger)[kind] for kind in (Kind.DETOUR, Kind.BLOCKED)) > 0
    return fingerprints(ledger)


@settings(max_examples=25)
@given(times=st.lists(moments, min_size=2, max_size=5).map(sorted))
def test_many_cuts_leave_no_trace(folder: Path, times: list[int]) -> None:
    """Cut again and again, also twice at one time."""
    twin = Twin(WORLD, SIMPLE)
    for time in times:
        twin.run(time)
        twin = through_file(twin, folder)
    assert fingerprints(twin.run()) == unbroken()


@settings(max_examples=15)
@given(time=moments)
def test_clever_policies_remember_nothing(folder: Path, time: int) -> None:
    """What the better policies have learnt is in the state: a cut leaves no trace with them either."""
    twin = Twin(WORLD, CLEVER)
    twin.run(time)
    assert fingerprints(through_file(twin, folder).run()) == unbroken(True)


@settings(max_examples=15)
@given(time=moments, later=moments)
def test_a_fork_leaves_the_original_untouched(time: int, later: int) -> None:
    """A fork with other policies goes its own way; the original finishes as if nobody had asked."""
    twin = Twin(WORLD, SIMPLE)
    twin.run(time)
    before = twin.snapshot()
    fork = twin.fork(policies=PLAIN)
    fork.run(later)
    assert twin.snapshot() == before
    fork.run()
    assert fingerprints(twin.run()) == unbroken()


@settings(max_examples=15)
@given(time=moments)
def test_a_fork_that_changes_nothing_is_the_unbroken_run(time: int) -> None:
    """Same world, same policies: fork and original end alike, whichever runs first."""
    twin = Twin(WORLD, SIMPLE)
    twin.run(time)
    fork = twin.fork()
    assert fingerprints(fork.run()) == unbroken()
    assert fingerprints(twin.run()) == unbroken()


@settings(max_examples=15)
@given(time=moments)
def test_a_fork_shares_the_past(time: int) -> None:
    """What was in the ledger when it forked is in both, and only what follows differs."""
    twin = Twin(WORLD, SIMPLE)
    past = bytes(twin.run(time).trace.data)
    other: Any = twin.fork(policies=PLAIN).run()
    assert bytes(other.trace.data).startswith(past)
    assert bytes(twin.run().trace.data).startswith(past)
