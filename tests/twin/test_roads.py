"""What operations believe about travel, and what driving takes, on the toy's nine streets."""

import numpy as np
import pytest

from scenarios.toy import toy_city, toy_world
from scenarios.toyfleet import toy_kind
from twin.entities import FAR, Mode, Upset
from twin.roads import Ints, Roads, Way
from twin.specs import VehicleKind
from twin.units import DAY, HOUR, MINUTE, SECOND
from twin.world import City, Disruptions, TrafficField

VAN, BIKE = toy_kind(), toy_kind(Mode.BIKE)
NOTHING = Disruptions.none(len(toy_city().head))


def traffic(true: int = 1000, believed: int = 1000, hours: int = 48, city: City | None = None) -> TrafficField:
    """The same factors, in thousandths, at all times and places."""
    city, periods = city or toy_city(), hours * 4
    return TrafficField(
        period=15 * MINUTE,
        profile=np.full((96, 4), believed, dtype=np.int64),
        row=np.arange(periods, dtype=np.int64) % 96,
        column=city.street,
        noise=np.full((periods, 8), 1000 * true // max(believed, 1), dtype=np.int16),
        group=city.zone[city.area[city.tail]] * 4 + city.street,
    )


def roads(*kinds: VehicleKind, true: int = 1000, believed: int = 1000) -> Roads:
    """The toy's streets for some kinds of vehicles."""
    return Roads(toy_city(), traffic(true, believed), NOTHING, kinds or (VAN,))


def way(on: Roads, origin: int, target: int, profile: int, time: int) -> Way:
    """A way that must be there."""
    found = on.way(origin, target, profile, time)
    assert found is not None
    return found


def island() -> City:
    """The toy's city with no street into node 0."""
    from dataclasses import replace

    city = toy_city()
    keep = city.head != 0
    tail = city.tail[keep]
    return replace(
        city,
        start=np.searchsorted(tail, np.arange(10)).astype(np.int64),
        **{name: getattr(city, name)[keep] for name in ("head", "length_mm", "street", "speed_mmps")},
    )


def test_believed_times_are_those_in_the_picture() -> None:
    """From the depot: 40 s along the arterial, 50 s on another street, 100 s to a corner; 500 m a street."""
    duration, distance = roads().matrices(np.array([4, 5, 7, 8]), 0, 9 * HOUR)
    assert (duration[0] // SECOND).tolist() == [0, 40, 50, 90]
    assert distance[0].tolist() == [0, 500, 500, 1000]


def test_a_place_may_stand_twice() -> None:
    """Two stops at one node are no way apart, and as far from the others as one."""
    duration, distance = roads().matrices(np.array([4, 8, 0, 8]), 0, 0)
    assert duration[1, 3] == distance[1, 3] == 0
    assert np.array_equal(duration[1], duration[3])
    assert np.array_equal(duration[:, 1], duration[:, 3])


def test_kinds_of_one_speed_share_a_profile() -> None:
    """Matrices are made once for vehicles that are equally fast."""
    three = roads(VAN, BIKE, toy_kind(Mode.EVAN))
    assert three.profile_of == [0, 1, 0]


def test_a_slow_vehicle_keeps_its_own_speed() -> None:
    """A bike of 18 km/h takes 100 s for a street whatever its class, also when the traffic crawls past faster."""
    slow = roads(VAN, BIKE)
    assert slow.matrices(np.array([4, 5]), 1, 0)[0][0, 1] == 100 * SECOND
    jam = roads(VAN, BIKE, true=500, believed=500)
    assert jam.matrices(np.array([4, 5]), 1, 0)[0][0, 1] == 100 * SECOND
    edges, *_ = way(jam, 4, 5, 1, 0)
    assert jam.drive(edges, 1, 0, 0)[0] == 100 * SECOND


def test_belief_and_truth_are_told_apart() -> None:
    """Planning reads the profile, driving the true factor."""
    both = roads(true=500, believed=800)
    assert both.matrices(np.array([4, 7]), 0, 0)[0][0, 1] == 62_500
    edges, metres, _ = way(both, 4, 7, 0, 0)
    assert (both.drive(edges, 0, 0, 0)[0], metres) == (100 * SECOND, 500)


def test_without_noise_driving_takes_the_believed_time() -> None:
    """Where the traffic is as believed, the arrival is the matrix, for every pair of nodes."""
    calm, places = roads(true=900, believed=900), np.arange(9)
    duration, distance = calm.matrices(places, 0, 8 * HOUR)
    for a in range(9):
        for b in range(9):
            edges, metres, _ = way(calm, a, b, 0, 8 * HOUR)
            assert abs(calm.drive(edges, 0, 0, 8 * HOUR)[0] - 8 * HOUR - duration[a, b]) <= len(edges)
            assert metres == distance[a, b]


def test_staying_is_no_way() -> None:
    """A leg from a node to itself has no edges, no metres and takes no time."""
    still = roads()
    edges, metres, _ = way(still, 3, 3, 0, 0)
    assert (len(edges), metres, still.drive(edges, 0, 0, 77)[0]) == (0, 0, 77)


def test_belief_follows_the_time_of_day() -> None:
    """The profile of the period in which a journey begins counts, the same each day."""
    field = traffic()
    field.profile[36:40] = 500
    rush = Roads(toy_city(), field, NOTHING, (VAN,))
    times = [int(rush.matrices(np.array([4, 5]), 0, time)[0][0, 1]) for time in (8 * HOUR, 9 * HOUR, DAY + 9 * HOUR)]
    assert times == [40 * SECOND, 80 * SECOND, 80 * SECOND]


def test_without_a_path_places_are_far() -> None:
    """An unreachable pair holds FAR in both matrices, and a leg there is refused by name."""
    city = island()
    cut_off = Roads(city, traffic(city=city), Disruptions.none(len(city.head)), (VAN,))
    duration, distance = cut_off.matrices(np.array([4, 0]), 0, 0)
    assert duration[0, 1] == distance[0, 1] == FAR
    assert duration[1, 0] < FAR
    with pytest.raises(ValueError, match="no street leads from node 4 to node 0"):
        cut_off.way(4, 0, 0, 0)


def test_a_standstill_is_not_for_ever() -> None:
    """Even a factor of 0 leaves a millimetre a second, so every drive ends."""
    still = roads(true=0, believed=0)
    edges, *_ = way(still, 4, 5, 0, 0)
    assert still.drive(edges, 0, 0, 0)[0] == 500_000 * SECOND
    assert still.matrices(np.array([4, 5]), 0, 0)[0][0, 1] == 500_000 * SECOND


def test_the_last_period_goes_on() -> None:
    """Beyond the field's end the traffic stays as it was last."""
    world = toy_world(days=1)
    late = Roads(world.city, world.traffic, world.disruptions, (VAN,))
    edges, *_ = way(late, 4, 5, 0, 0)
    assert late.drive(edges, 0, 0, 90 * DAY)[0] == 90 * DAY + 40 * SECOND


def works(*rows: tuple[int, ...]) -> Disruptions:
    """Rows of (from node, to node, start, end, detected, until, permille, delay)."""
    city = toy_city()
    edges = [int(np.flatnonzero((city.tail == a) & (city.head == b))[0]) for a, b, *_ in rows]
    columns = np.array([[edge, *row[2:], Upset.CLOSURE] for edge, row in zip(edges, rows, strict=True)], dtype=np.int64)
    return Disruptions.of(len(city.head), *columns.T)


def shut(a: int, b: int, start: int, end: int, detected: int | None = None, until: int | None = None) -> Disruptions:
    """One closure from a node to another."""
    return works((a, b, start, end, start if detected is None else detected, until or end, 0, 1000))


def disturbed(*rows: Disruptions | tuple[int, ...]) -> Roads:
    """The toy's streets, disturbed."""
    table = rows[0] if isinstance(rows[0], Disruptions) else works(*rows)  # type: ignore[arg-type]
    return Roads(toy_city(), traffic(), table, (VAN,))


def nodes(on: Roads, edges: Ints) -> list[int]:
    """Where a way leads."""
    return [int(node) for node in on.city.head[edges]]


def test_a_known_closure_is_driven_around() -> None:
    """From 4 to 5 by 1 and 2 or by 7 and 8 while 4-5 is closed: 150 s and 1,500 m, in the matrix too."""
    closed = disturbed(shut(4, 5, HOUR, 3 * HOUR))
    edges, metres, _ = way(closed, 4, 5, 0, 2 * HOUR)
    assert (metres, nodes(closed, edges)[-1]) == (1500, 5)
    assert closed.matrices(np.array([4, 5]), 0, 2 * HOUR)[0][0, 1] == 150 * SECOND
    assert way(closed, 4, 5, 0, 3 * HOUR)[1] == way(closed, 4, 5, 0, HOUR - 1)[1] == 500


def test_a_way_is_believed_to_take_what_its_streets_do() -> None:
    """``expected`` is what a matrix says of the two places, before, during and after what is known of a closure."""
    known, over = HOUR + 7 * MINUTE, 3 * HOUR + 2 * MINUTE
    closed = disturbed(shut(4, 5, known, over))
    for time in (0, known - 1, known, 2 * HOUR, over - 1, over, 20 * HOUR, known, known - 1):
        duration, _ = closed.matrices(np.array([4, 5]), 0, time)
        assert way(closed, 4, 5, 0, time).expected == duration[0, 1]


def test_operations_learn_late_and_believe_too_long() -> None:
    """Belief holds from detection to its own end, whatever is true; a later look asks again."""
    late = disturbed(shut(4, 5, HOUR, 2 * HOUR, detected=HOUR + 7 * MINUTE, until=4 * HOUR))
    lengths = [way(late, 4, 5, 0, at)[1] for at in (HOUR, HOUR + 7 * MINUTE, 3 * HOUR, 4 * HOUR, HOUR)]
    assert lengths == [500, 1500, 1500, 500, 500]


def test_who_finds_a_street_closed_stops_before_it() -> None:
    """It turns at the junction, at the time at which it gets there; who entered before drives on."""
    barrier = disturbed(shut(5, 8, 60 * SECOND, HOUR, detected=2 * HOUR))
    edges, *_ = way(barrier, 4, 8, 0, 0)
    by_5 = np.array([barrier.city.start[4] + 2, edges[-1]]) if nodes(barrier, edges)[0] != 5 else edges
    assert nodes(barrier, by_5) == [5, 8]
    assert barrier.drive(by_5, 0, 30 * SECOND, 30 * SECOND) == (70 * SECOND, 1)
    assert barrier.drive(by_5, 0, 0, 10 * SECOND) == (100 * SECOND, 2)


def test_who_hears_of_a_closure_ahead_turns_at_the_next_junction() -> None:
    """Known on the way, not before: it stops at the first junction after detection; what was known is not news."""
    ahead = disturbed(shut(5, 8, 0, HOUR, detected=20 * SECOND))
    way_ = np.array([int(np.flatnonzero((ahead.city.tail == a) & (ahead.city.head == b))[0]) for a, b in
                     ((3, 4), (4, 5), (5, 8))])  # fmt: skip
    assert ahead.drive(way_, 0, 0, 0) == (40 * SECOND, 1)
    assert ahead.drive(way_, 0, 30 * SECOND, 30 * SECOND) == (110 * SECOND, 2)


def test_lost_capacity_slows_through_the_delay() -> None:
    """A tenth more time usually, four times the delay and nine tenths of the speed: truth and belief agree."""
    slow = Roads(toy_city(), traffic(true=909, believed=909), works((4, 5, 0, HOUR, 0, HOUR, 900, 4000)), (VAN,))
    edges, *_ = way(slow, 4, 5, 0, HOUR)
    took = slow.drive(edges, 0, 0, 0)[0]
    assert took == pytest.approx(40 * SECOND * 1.4 / 0.9, rel=0.003)
    assert slow.believed(0, 0)[edges].sum() == took
    assert slow.usual(0, 0)[edges].sum() == slow.believed(0, HOUR)[edges].sum()


def test_a_closed_off_place_has_no_way_and_is_far() -> None:
    """With every street into a node closed: None, FAR in the matrix, and a way again when it is over."""
    off = disturbed((1, 0, 0, HOUR, 0, HOUR, 0, 1000), (3, 0, 0, HOUR, 0, HOUR, 0, 1000))
    assert off.way(4, 0, 0, 0) is None
    assert off.matrices(np.array([4, 0]), 0, 0)[0][0, 1] == FAR
    assert off.way(4, 0, 0, HOUR) is not None


def test_what_was_found_closed_is_left_out() -> None:
    """A driver's own knowledge counts for this way alone."""
    open_ = roads()
    edges, metres, _ = way(open_, 4, 5, 0, 0)
    around = open_.way(4, 5, 0, 0, tuple(edges.tolist()))
    assert around is not None
    assert around[1] == 1500
    assert way(open_, 4, 5, 0, 0)[1] == metres


def test_a_way_is_searched_once_as_long_as_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look finds it remembered; after a change of what is known it is searched again."""
    closed = disturbed(shut(4, 5, HOUR, 2 * HOUR))
    searched: list[int] = []
    find = Roads._find

    def counted(self: Roads, origin: int, target: int, cost: Ints) -> Way | None:
        searched.append(target)
        return find(self, origin, target, cost)

    monkeypatch.setattr(Roads, "_find", counted)
    for at in (50 * MINUTE, 51 * MINUTE, 59 * MINUTE):
        closed.way(4, 8, 0, at)
    assert len(searched) == 1
    closed.way(4, 8, 0, HOUR)
    assert len(searched) == 2


def test_who_goes_on_within_an_edge_drives_the_rest() -> None:
    """Half the way is behind it: half the time; all of it: none."""
    calm = roads()
    edges, metres, _ = way(calm, 3, 5, 0, 0)
    assert calm.drive(edges, 0, 0, 0, metres // 2) == (40 * SECOND, 2)
    assert calm.drive(edges, 0, 0, 7, 250) == (7 + 60 * SECOND, 2)
    assert calm.drive(edges, 0, 0, 7, metres) == (7, 2)
