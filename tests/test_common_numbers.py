"""Common random numbers: who is not concerned by a decision lives the same life, to the last bit."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_carrier, toy_fleet, toy_kind
from tests.worlds import (
    PLAIN,
    Rows,
    chain,
    cost,
    counts,
    deal,
    everything,
    fingerprints,
    in_turn,
    play,
    prefer,
    remedy,
    rows,
    tell,
)
from twin.draws import Draws, Stream
from twin.engine import Twin
from twin.entities import Cause, Mode, Remedy
from twin.kpis import kpis
from twin.ledger import Account, Kind
from twin.ports import PORTS, Policies
from twin.specs import FleetGroup, Operation
from twin.units import DAY, usd
from twin.world import World

Luck = dict[tuple[Stream, int], list[float]]
BUSY = PLAIN.replace(carriers=in_turn, notifying=tell(*Cause), recovering=remedy(Remedy.CONTACT, Remedy.REATTEMPT))


class Recording(Draws):
    """Draws that remember who got which numbers, in order."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.heard: Luck = defaultdict(list)
        self.occasions: dict[Stream, set[int]] = defaultdict(set)

    def uniform(self, stream: Stream, entity: int, occasion: int = 0) -> float:
        """The number, written down."""
        number = super().uniform(stream, entity, occasion)
        self.heard[stream, entity].append(number)
        self.occasions[stream].add(occasion)
        return number


def recorded(world: World, policies: Policies = BUSY) -> Recording:
    """The draws of a whole run."""
    recording = Recording(world.seed)
    fresh = replace(world)
    fresh.__dict__["draws"] = recording
    Twin(fresh, policies).run()
    return recording


def luck(world: World, policies: Policies = BUSY) -> Luck:
    """What each person, parcel and vehicle drew for each purpose, in the order of its life."""
    return recorded(world, policies).heard


ONCE = (
    Stream.THINNING, Stream.CHOICE, Stream.ADDRESS, Stream.PICK_TIME, Stream.PHANTOM, Stream.CONTACT_CHANNEL,
    Stream.RATING, Stream.CARRIER_PARCEL, Stream.CARRIER_LOSS, Stream.BREAKDOWN,
)  # fmt: skip
"""Purposes for which everybody draws in one order, so that lives can be compared step by step."""
ATTEMPTS = (
    Stream.PRESENCE, Stream.ACCESS, Stream.WALK, Stream.NEIGHBOUR, Stream.SERVICE_TIME, Stream.PARKING,
    Stream.HANDOFF, Stream.HANDOFF_WAIT, Stream.DROP, Stream.ABORT, Stream.AIRCRAFT_LOSS, Stream.CARRIER_ATTEMPT,
)  # fmt: skip
"""Purposes whose occasion is the number of the attempt."""


def same_lives(one: Luck, other: Luck) -> int:
    """How many lives are in both; each must be the other's beginning."""
    both = [key for key in one if key in other and key[0] in ONCE]
    for key in both:
        steps = min(len(one[key]), len(other[key]))
        assert one[key][:steps] == other[key][:steps], key
    return len(both)


def wasteful(policy: Callable[..., Any]) -> Callable[..., Any]:
    """The same policy, after drawing numbers of all sorts that it does not use."""

    def decide(view: Any, *question: Any) -> Any:
        view.luck(view.now % 97)
        view.luck(3, 12)
        np.random.default_rng().random()
        np.random.random()  # noqa: NPY002 - a stranger's policy would
        return policy(view, *question)

    return decide


@pytest.mark.parametrize("port", PORTS)
def test_an_extra_draw_in_a_policy_changes_nothing(port: str) -> None:
    """Numbers that a policy draws and throws away leave trace, costs and key figures bit-equal."""
    world = everything()
    waste = BUSY.replace(**{port: wasteful(getattr(BUSY, port))})
    assert fingerprints(play(world, waste)) == fingerprints(play(world, BUSY))


@pytest.mark.parametrize(
    "changes",
    [
        {"routing": deal}, {"notifying": tell()}, {"carriers": prefer("streets")},
        {"carriers": prefer("drone", "robot")}, {"recovering": remedy(Remedy.RETURN)},
        {"routing": lambda view: []}, {"promising": lambda *_: []}, {"placement": lambda view: []},
    ],
    ids=["router", "silence", "streets", "sorties", "returns", "no tours", "no offers", "no stock"],
)  # fmt: skip
def test_another_policy_leaves_everybody_s_luck(changes: dict[str, Any]) -> None:
    """Under another decision each person, parcel and vehicle draws the same numbers for the same steps of its life."""
    world = everything(days=3)
    assert same_lives(luck(world), luck(world, BUSY.replace(**changes))) > 30


def test_luck_at_the_door_is_that_of_the_attempt() -> None:
    """The occasion of a draw at a door is the number of the attempt, never a clock or a count of draws."""
    occasions = recorded(everything(days=4)).occasions
    for stream in ATTEMPTS:
        assert occasions[stream]
        assert occasions[stream] <= set(range(5)), stream


def test_an_extra_vehicle_leaves_everybody_s_luck() -> None:
    """A third van changes tours, not who orders, what is picked, or how it goes at a door."""
    few, many = (toy_world(days=3, noise=True, fleet=toy_fleet(van=count)) for count in (1, 3))
    assert same_lives(luck(few), luck(many)) > 100
    same = (Kind.SESSION, Kind.ORDERED, Kind.PROMISED, Kind.CREATED, Kind.RESERVED, Kind.PICKED)
    # Ratings move who comes back the next day, so only the first is compared event by event.
    one, other = (rows(play(world), *same) for world in (few, many))
    assert np.array_equal(one[one["time"] < DAY], other[other["time"] < DAY])


def test_a_vehicle_breaks_down_at_the_same_metre_whatever_drives_beside_it() -> None:
    """Mishaps are the luck of a vehicle and its day: vans of another group, or more of them, do not move them."""
    van = toy_kind(breakdown_km=5.0)
    alone, beside = (
        luck(toy_world(days=3, fleet=(FleetGroup(van, 1), *more))) for more in ((), toy_fleet(bike=1, robovan=2))
    )
    assert alone[Stream.BREAKDOWN, 0] == beside[Stream.BREAKDOWN, 0]
    assert len(alone[Stream.BREAKDOWN, 0]) == 3


def digest(part: Any) -> list[bytes]:
    """The bytes of every array below a dataclass."""
    found: list[bytes] = []
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            found.append(value.tobytes())
        elif is_dataclass(value):
            found += digest(value)
    return found


def test_a_run_does_not_touch_the_world() -> None:
    """Weather, traffic, sessions and people are after a run what they were before, whatever is decided."""
    world = everything()
    before = digest(world)
    play(world, BUSY)
    play(world)
    assert digest(world) == before


class TestWhatIsNotUsedIsNotThere:
    """Metamorphic: things that no decision touches leave the fingerprint as it is."""

    @pytest.mark.parametrize("routing", [chain, deal])
    def test_a_carrier_at_an_infinite_price(self, routing: Callable[..., Any]) -> None:
        """A carrier that nobody chooses: trace, costs and figures are bit-equal."""
        without = toy_world(days=2, noise=True)
        beside = toy_world(days=2, noise=True, carriers=(toy_carrier(base_usd=1e9), toy_carrier("other", base_usd=1e9)))
        assert fingerprints(play(beside, routing=routing)) == fingerprints(play(without, routing=routing))

    @pytest.mark.parametrize("mode", list(Mode))
    def test_a_fleet_of_no_vehicles(self, mode: Mode) -> None:
        """A group with count 0 is no group."""
        none = toy_world(days=2, noise=True, fleet=(*toy_fleet(van=2), FleetGroup(toy_kind(mode), 0)))
        assert fingerprints(play(none)) == fingerprints(play(toy_world(days=2, noise=True)))

    def test_a_drone_that_stays_at_home_costs_its_days(self) -> None:
        """The trace is bit-equal; the costs are higher by its days and its operators, to the micro-dollar."""
        world = toy_world(days=2, noise=True)
        beside = replace(world, fleet=toy_fleet(van=2, drone=3))
        without, with_ = play(world), play(beside)
        assert with_.fingerprint().trace == without.fingerprint().trace
        assert cost(with_, Account.VEHICLE) - cost(without, Account.VEHICLE) == usd(40.0) * 3 * 2
        extra = kpis(with_).values["cost_total"] - kpis(without).values["cost_total"]
        assert extra == pytest.approx((40.0 * 3 + 50.0 * 9.0) * 2)

    def test_troubles_at_rate_nought(self) -> None:
        """A share of 0 and a mean of never are the model without the trouble."""
        calm = certain_people(bad_address=0.0, no_access=(0.0,) * 5)
        drone = FleetGroup(toy_kind(Mode.DRONE, abort=0.0, loss=0.0, recipient_failure=0.0, breakdown_km=0.0), 2)
        seen = counts(play(toy_world(days=3, fleet=(drone, *toy_fleet(van=1)), people=calm), carriers=prefer("drone")))
        for kind in (Kind.EXCEPTION, Kind.LOST, Kind.GROUNDED, Kind.BROKE_DOWN, Kind.SHORT):
            assert seen[kind] == 0 or (kind == Kind.EXCEPTION and seen[Kind.BACKORDERED] == seen[kind])

    def test_a_map_that_is_moved_or_mirrored(self) -> None:
        """Where north is does not matter."""
        world = everything()
        city = world.city
        turned = replace(city, x_m=-city.y_m + 1e4, y_m=city.x_m)
        assert fingerprints(play(replace(world, city=turned), BUSY)) == fingerprints(play(world, BUSY))


def timeless(events: Rows, by: int) -> list[tuple[int, ...]]:
    """Events without their day, as tuples: times, and values that are times, moved back by so much."""
    dated = (Kind.ORDERED, Kind.PROMISED, Kind.BROKEN, Kind.BACKORDERED, Kind.MESSAGE)
    return [
        (row["time"] - by, *row.tolist()[1:6], row["value"] - by * (row["kind"] in dated and row["value"] > 0))
        for row in events
        if row["kind"] not in (Kind.DAY, Kind.FORECAST)
    ]  # fmt: skip


def test_a_week_later_the_same_happens_a_week_later() -> None:
    """All sessions, weather and traffic a week later, after a week without: the trace is shifted, nothing else."""
    now = toy_world(days=2, noise=True)
    works = replace(now.operation, stock_days=now.operation.stock_days * 9 / 2)
    empty = np.zeros(7 * 96, dtype=np.int64)
    later = replace(
        now, days=9, operation=works,
        sessions=replace(now.sessions, time=now.sessions.time + 7 * DAY),
        traffic=replace(
            now.traffic,
            noise=np.concatenate([now.traffic.noise[empty], now.traffic.noise]),
            row=np.concatenate([now.traffic.row[empty], now.traffic.row]),
        ),
    )  # fmt: skip
    loud = PLAIN.replace(notifying=tell(*Cause))
    first, second = play(now, loud).trace.columns(), play(later, loud).trace.columns()
    assert timeless(second[second["time"] >= 7 * DAY], 7 * DAY) == timeless(first, 0)


MONEY: dict[type, tuple[str, ...]] = {
    Operation: ("pick_usd", "energy_usd_kwh", "holding_usd_unit_day", "transfer_usd", "hub_usd_day", "return_usd",
                "contact_usd", "message_usd", "parcel_value_usd", "locker_usd"),
}  # fmt: skip


@pytest.mark.parametrize("factor", [2.0, 10.0])
def test_in_another_currency_everything_happens_at_other_prices(factor: float) -> None:
    """All prices times c: the same trace but for the prices in it, and each account times c, up to rounding."""
    world = everything()

    def scaled(part: Any, *names: str) -> Any:
        values = {name: getattr(part, name) for name in names}
        return replace(
            part,
            **{name: tuple(v * factor for v in value) if isinstance(value, tuple) else value * factor
               for name, value in values.items()},
        )  # fmt: skip

    kinds = ("fixed_usd_day", "running_usd_km", "capex_usd", "wage_usd_h", "operator_usd_h", "repair_usd")
    dear = replace(
        world,
        operation=scaled(world.operation, *MONEY[Operation]),
        fleet=tuple(replace(group, kind=scaled(group.kind, *kinds)) for group in world.fleet),
        carriers=tuple(scaled(spec, "base_usd", "per_kg_usd") for spec in world.carriers),
    )
    one, other = play(world, BUSY), play(dear, BUSY)
    priced = (Kind.ROUTED, Kind.OFFERED)
    for name in ("time", "kind", "cause", "subject", "actor", "place"):
        assert np.array_equal(one.trace.columns()[name], other.trace.columns()[name])
    changed = one.trace.columns()["value"] != other.trace.columns()["value"]
    assert set(one.trace.columns()["kind"][changed].tolist()) <= set(priced)
    fixed = {Account.REMEDIES}  # cards, substitutes and fall-backs have prices of the model, not of the scenario
    for account in (account for account in Account if account.is_cost and account not in fixed):
        postings = len(one.costs)
        assert cost(other, account) == pytest.approx(cost(one, account) * factor, abs=factor * postings)
