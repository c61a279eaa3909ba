"""What operations believe about travel, and what driving takes, on the toy's nine streets."""

import numpy as np
import pytest

from scenarios.toy import toy_city, toy_world
from scenarios.toyfleet import toy_kind
from twin.entities import FAR, Mode
from twin.roads import Roads
from twin.specs import VehicleKind
from twin.units import DAY, HOUR, MINUTE, SECOND
from twin.world import City, TrafficField

VAN, BIKE = toy_kind(), toy_kind(Mode.BIKE)


def traffic(true: int = 1000, believed: int = 1000, hours: int = 48) -> TrafficField:
    """The same factors, in thousandths, at all times and places."""
    return TrafficField(
        15 * MINUTE, np.full((hours * 4, 8), true, dtype=np.int64), np.full((96, 4), believed, dtype=np.int64)
    )


def roads(*kinds: VehicleKind, true: int = 1000, believed: int = 1000) -> Roads:
    """The toy's streets for some kinds of vehicles."""
    return Roads(toy_city(), traffic(true, believed), kinds or (VAN,))


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
    edges, _ = jam.leg(4, 5, 1, 0)
    assert jam.arrival(edges, 1, 0) == 100 * SECOND


def test_belief_and_truth_are_told_apart() -> None:
    """Planning reads the profile, driving the true factor."""
    both = roads(true=500, believed=800)
    assert both.matrices(np.array([4, 7]), 0, 0)[0][0, 1] == 62_500
    edges, metres = both.leg(4, 7, 0, 0)
    assert (both.arrival(edges, 0, 0), metres) == (100 * SECOND, 500)


def test_without_noise_driving_takes_the_believed_time() -> None:
    """Where the traffic is as believed, the arrival is the matrix, for every pair of nodes."""
    calm, places = roads(true=900, believed=900), np.arange(9)
    duration, distance = calm.matrices(places, 0, 8 * HOUR)
    for a in range(9):
        for b in range(9):
            edges, metres = calm.leg(a, b, 0, 8 * HOUR)
            assert abs(calm.arrival(edges, 0, 8 * HOUR) - 8 * HOUR - duration[a, b]) <= len(edges)
            assert metres == distance[a, b]


def test_staying_is_no_way() -> None:
    """A leg from a node to itself has no edges, no metres and takes no time."""
    still = roads()
    edges, metres = still.leg(3, 3, 0, 0)
    assert (len(edges), metres, still.arrival(edges, 0, 77)) == (0, 0, 77)


def test_belief_follows_the_time_of_day() -> None:
    """The profile of the period in which a journey begins counts, the same each day."""
    field = traffic()
    field.profile[36:40] = 500
    rush = Roads(toy_city(), field, (VAN,))
    times = [int(rush.matrices(np.array([4, 5]), 0, time)[0][0, 1]) for time in (8 * HOUR, 9 * HOUR, DAY + 9 * HOUR)]
    assert times == [40 * SECOND, 80 * SECOND, 80 * SECOND]


def test_without_a_path_places_are_far() -> None:
    """An unreachable pair holds FAR in both matrices, and a leg there is refused by name."""
    cut_off = Roads(island(), traffic(), (VAN,))
    duration, distance = cut_off.matrices(np.array([4, 0]), 0, 0)
    assert duration[0, 1] == distance[0, 1] == FAR
    assert duration[1, 0] < FAR
    with pytest.raises(ValueError, match="no street leads from node 4 to node 0"):
        cut_off.leg(4, 0, 0, 0)


def test_a_standstill_is_not_for_ever() -> None:
    """Even a factor of 0 leaves a millimetre a second, so every drive ends."""
    still = roads(true=0, believed=0)
    edges, _ = still.leg(4, 5, 0, 0)
    assert still.arrival(edges, 0, 0) == 500_000 * SECOND
    assert still.matrices(np.array([4, 5]), 0, 0)[0][0, 1] == 500_000 * SECOND


def test_the_last_period_goes_on() -> None:
    """Beyond the field's end the traffic stays as it was last."""
    world = toy_world(days=1)
    late = Roads(world.city, world.traffic, (VAN,))
    edges, _ = late.leg(4, 5, 0, 0)
    assert late.arrival(edges, 0, 90 * DAY) == 90 * DAY + 40 * SECOND
