"""The twin: runs, cuts, forks, and what it does with a policy that misbehaves."""

import gc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet
from tests.worlds import PLAIN, counts, fingerprints, play, rows
from twin.engine import HANDLERS, Twin
from twin.entities import OWN, CarrierOffer, Forecast, Offer, TimeWindow, Tour
from twin.errors import InputError, InvariantError, PolicyError
from twin.ledger import Kind
from twin.ports import PORTS
from twin.state import Phase
from twin.units import DAY, HOUR
from twin.world import World


def test_every_phase_has_a_handler() -> None:
    """Whatever can be waited for is dealt with."""
    assert set(HANDLERS) == set(Phase)


def test_a_run_stops_before_its_end_and_goes_on() -> None:
    """Until a time: only what was due before; then the rest, as if it had not stopped."""
    world = toy_world(noise=True)
    twin = Twin(world, PLAIN)
    ledger = twin.run(10 * HOUR)
    assert twin.now == 10 * HOUR
    assert ledger.trace.columns()["time"].max() < 10 * HOUR
    assert counts(ledger)[Kind.OPEN] == 0
    assert fingerprints(twin.run()) == fingerprints(play(world))


def test_a_run_in_many_small_steps_is_one_run() -> None:
    """Stopping every quarter of an hour changes nothing."""
    world = toy_world(days=2, noise=True)
    twin = Twin(world, PLAIN)
    for time in range(0, 2 * DAY, HOUR // 4):
        twin.run(time)
    assert fingerprints(twin.run()) == fingerprints(play(world))


def test_time_does_not_run_backwards() -> None:
    """Asked to run to a time that is over, or beyond the horizon, it stays within."""
    twin = Twin(toy_world(), PLAIN)
    twin.run(9 * HOUR)
    twin.run(3 * HOUR)
    assert twin.now == 9 * HOUR
    twin.run(99 * DAY)
    assert twin.now == DAY


def test_the_books_are_closed_once() -> None:
    """Run to the end again, nothing is added."""
    twin = Twin(toy_world(), PLAIN)
    first = fingerprints(twin.run())
    assert fingerprints(twin.run()) == first
    assert fingerprints(Twin(twin.world, PLAIN, twin.snapshot()).run()) == first


def test_the_horizon_itself_is_not_played() -> None:
    """Run until the horizon and then to the end is the unbroken run."""
    world = toy_world(days=2, noise=True)
    twin = Twin(world, PLAIN)
    twin.run(2 * DAY)
    assert fingerprints(twin.run()) == fingerprints(play(world))


def test_a_snapshot_can_be_used_twice() -> None:
    """Two twins from one snapshot do not disturb each other, and the snapshot stays as it was."""
    world = toy_world(noise=True)
    twin = Twin(world, PLAIN)
    twin.run(10 * HOUR)
    state = twin.snapshot()
    whole = fingerprints(twin.run())
    assert [fingerprints(Twin(world, PLAIN, state).run()) for _ in range(2)] == [whole, whole]


def test_the_same_world_can_be_played_twice() -> None:
    """A run changes nothing in its world."""
    world = toy_world(days=2, noise=True, carriers=(toy_carrier(),))
    assert fingerprints(play(world)) == fingerprints(play(world))


def test_a_run_leaves_the_collector_as_it_was() -> None:
    """Garbage collection is on afterwards if it was before, also when the run fails."""

    def bad(view: Any) -> Any:
        raise RuntimeError

    assert gc.isenabled()
    play(toy_world())
    assert gc.isenabled()
    with pytest.raises(PolicyError):
        play(toy_world(), routing=bad)
    assert gc.isenabled()


class TestForeignSnapshots:
    """A state belongs to one world."""

    @pytest.mark.parametrize(
        "other",
        [
            toy_world(days=2),
            toy_world(fleet=toy_fleet(van=3)),
            toy_world(fleet=toy_fleet(van=1)),
            toy_world(fleet=toy_fleet(van=2, drone=1)),
            toy_world(carriers=(toy_carrier(),)),
            toy_world(depots=(4, 8)),
        ],
        ids=["longer", "more vans", "fewer vans", "another kind", "a carrier", "another depot"],
    )
    def test_another_world_s_is_refused(self, other: World) -> None:
        """One sentence with what differs, and what to resume with."""
        twin = Twin(toy_world(), PLAIN)
        twin.run(10 * HOUR)
        with pytest.raises(InputError, match=r"the snapshot has .*; resume with") as error:
            Twin(other, PLAIN, twin.snapshot())
        assert "\n" not in str(error.value)

    def test_a_world_that_differs_in_prices_is_accepted(self) -> None:
        """A what-if may change prices and people of a world, not what the state counts."""
        twin = Twin(toy_world(), PLAIN)
        twin.run(10 * HOUR)
        dear = replace(toy_world(), operation=replace(toy_world().operation, pick_usd=9.0))
        assert fingerprints(twin.fork(world=dear).run())[0] == fingerprints(play(toy_world()))[0]


class TestBadPolicies:
    """What a policy does wrong is reported by its name and port; the twin does not guess."""

    @pytest.mark.parametrize("port", PORTS)
    @pytest.mark.parametrize(
        "answer", [None, float("nan"), "text", [None], object()], ids=["None", "nan", "text", "list", "object"]
    )
    def test_nonsense_is_refused_at_every_port(self, port: str, answer: object) -> None:
        """None, NaN, a text, a list of nothing and any object are answers to no question."""
        with pytest.raises(PolicyError, match=rf"\({port}\)") as error:
            play(toy_world(carriers=(toy_carrier(),), scarce=True), **{port: lambda *_: answer})
        assert "\n" not in str(error.value)

    @pytest.mark.parametrize("port", PORTS)
    def test_an_exception_is_passed_on_with_its_name(self, port: str) -> None:
        """Who raised, at which port, what; the original error is the cause."""

        def broken(*_: object) -> object:
            raise KeyError("lost my keys")

        with pytest.raises(PolicyError, match=rf"function \({port}\) raised KeyError: 'lost my keys'") as error:
            play(toy_world(carriers=(toy_carrier(),), scarce=True), **{port: broken})
        assert isinstance(error.value.__cause__, KeyError)

    def test_a_broken_law_is_not_blamed_on_a_policy(self) -> None:
        """An InvariantError that comes up while a policy is asked stays one."""

        def watch(view: Any) -> Any:
            raise InvariantError("I0: planted")

        with pytest.raises(InvariantError, match="planted"):
            play(toy_world(), routing=watch)

    def test_a_choice_that_was_not_offered_is_refused(self) -> None:
        """A window of one's own, a carrier that does not exist, a vehicle twice, a forecast of another day."""
        window = Offer(TimeWindow(3 * HOUR, 4 * HOUR), 0)
        made_up = CarrierOffer(OWN, "teleport", None, 0, 0, 1.0, 0, 0)
        zeros = np.zeros(6)
        for port, answer in (
            ("promising", [window]),
            ("carriers", made_up),
            ("routing", [Tour(0, ()), Tour(0, ())]),
            ("routing", [Tour(99, ())]),
            ("forecasting", Forecast(7, zeros, zeros, zeros)),
        ):
            with pytest.raises(PolicyError, match=port):
                play(toy_world(carriers=(toy_carrier(),)), **{port: lambda *_, answer=answer: answer})

    def test_a_policy_cannot_widen_its_own_choice(self) -> None:
        """What was offered cannot be added to by whom it was offered to."""

        def greedy(view: Any, session: Any, slots: Any) -> Any:
            mine = slots[0]._replace(window=TimeWindow(2 * DAY, 3 * DAY))
            slots.append(mine)
            return [Offer(mine.window, 0)]

        with pytest.raises(PolicyError, match="promising"):
            play(toy_world(), promising=greedy)

    def test_a_router_cannot_shorten_the_ways(self) -> None:
        """The matrices of a dispatch cannot be written to."""

        def cheat(view: Any) -> Any:
            view.dispatch.duration[0][:] = 0
            return []

        with pytest.raises(PolicyError, match="read-only"):
            play(toy_world(), routing=cheat)


def test_an_empty_world_can_be_played() -> None:
    """Nobody at the checkout, nothing in the ledger but the days, the shelves and the vehicles."""
    world = toy_world(days=2)
    nobody = replace(
        world,
        sessions=replace(
            world.sessions, time=world.sessions.time[:0], customer=world.sessions.customer[:0],
            parcel=np.zeros(1, dtype=np.int64),
        ),
        parcels=replace(world.parcels, sku=world.parcels.sku[:0], weight_g=world.parcels.weight_g[:0],
                        volume_ml=world.parcels.volume_ml[:0]),
    )  # fmt: skip
    seen = counts(play(nobody))
    assert seen[Kind.DAY] == 2
    assert seen[Kind.SESSION] == seen[Kind.CREATED] == seen[Kind.OPEN] == 0


def test_the_day_is_in_the_ledger_with_what_is_open() -> None:
    """DAY at each midnight, with the parcels in the system then."""
    ledger = play(toy_world(days=3, fleet=toy_fleet(van=0)))
    days, created = rows(ledger, Kind.DAY), rows(ledger, Kind.CREATED)
    assert days["time"].tolist() == [0, DAY, 2 * DAY]
    assert days["value"].tolist() == [(created["time"] < day * DAY).sum() for day in range(3)]
