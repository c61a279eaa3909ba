"""Room: what windows may be sold for, and when the streets would bring a parcel."""

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier
from tests.worlds import PLAIN, fleet, operation, play, rows
from twin import room
from twin.engine import Twin
from twin.entities import CarrierOffer, Mode, Parcel
from twin.ledger import Kind
from twin.ports import View
from twin.units import DAY, HOUR
from twin.world import World


def begun(world: World) -> Twin:
    """A run of which nothing has been played."""
    return Twin(world, PLAIN)


def sold(world: World) -> list[int]:
    """What each of the first two days' windows may be sold for at midnight."""
    twin = begun(world)
    return room.of_slots(twin, list(range(2 * len(twin.facts.windows))), 8 * HOUR)


class TestOfSlots:
    """What a window may be sold for."""

    def test_a_number_in_the_operation_decides(self) -> None:
        """With ``slot_parcels`` each window takes so many, whatever the fleet."""
        assert sold(toy_world(operation=operation(slot_parcels=7))) == [7] * 6

    def test_the_fleet_decides_without_one(self) -> None:
        """Hours of the shifts within a window times the pace: twice the vans, twice the room."""
        none = operation(slot_parcels=None)
        one, two = (sold(toy_world(operation=none, fleet=fleet(Mode.VAN, count))) for count in (1, 2))
        hours = [4.0, 3.5, 0.0]  # of 08:30 to 17:30 in 10-14, 14-18, 18-21
        assert one == [int(room.PACE_H * room.ON_TOUR * h) for h in hours] * 2
        assert two == [int(2 * room.PACE_H * room.ON_TOUR * h) for h in hours] * 2

    def test_windows_that_overlap_share_an_hour(self) -> None:
        """Cutting the day's windows into overlapping ones sells no hour twice."""
        apart = operation(slot_parcels=None, windows=(("10:00", "14:00"),))
        over = operation(slot_parcels=None, windows=(("10:00", "14:00"), ("10:00", "12:00"), ("11:00", "14:00")))
        van = fleet(Mode.VAN, 4)
        whole, parts = sold(toy_world(operation=apart, fleet=van)), sold(toy_world(operation=over, fleet=van))
        assert sum(parts[:3]) == pytest.approx(whole[0], abs=3)

    def test_a_carrier_adds_what_it_brings_in_time(self) -> None:
        """A carrier that comes tomorrow at 14 h adds its parcels to tomorrow's windows that end then or later."""
        none = operation(slot_parcels=None)
        alone, helped = sold(toy_world(operation=none)), sold(toy_world(operation=none, carriers=(toy_carrier(),)))
        more = [b - a for a, b in zip(alone, helped, strict=True)]
        assert more[:3] == [0, 0, 0]
        assert more[4] == more[5] == toy_carrier().capacity

    def test_a_carrier_dearer_than_the_goods_earn_adds_nothing(self) -> None:
        """Beside a fleet nobody sells at a loss."""
        none = operation(slot_parcels=None)
        dear = (toy_carrier(base_usd=1e6),)
        assert sold(toy_world(operation=none)) == sold(toy_world(operation=none, carriers=dear))

    def test_sorties_add_room(self) -> None:
        """Drones widen every window of their shift."""
        none, van = operation(slot_parcels=None), fleet(Mode.VAN, 1)
        assert sum(sold(toy_world(operation=none, fleet=(*van, *fleet(Mode.DRONE, 2))))) > sum(
            sold(toy_world(operation=none, fleet=van))
        )


class TestExpected:
    """When the streets would bring a parcel."""

    @staticmethod
    def asked(world: World) -> list[tuple[Parcel, int]]:
        """Every parcel offered to the streets, and when they said it would be there."""
        seen: list[tuple[Parcel, int]] = []

        def note(_view: View, parcel: Parcel, offers: tuple[CarrierOffer, ...], /) -> CarrierOffer:
            seen.append((parcel, offers[0].expected))
            return offers[0]

        play(world, carriers=note)
        return seen

    def test_with_room_it_comes_within_the_promise(self) -> None:
        """An empty floor and vans on shift: no parcel is expected after the end of its window."""
        seen = self.asked(toy_world())
        daytime = [(parcel, time) for parcel, time in seen if parcel.promise.late % DAY <= 18 * HOUR]
        assert daytime
        assert all(time <= parcel.promise.late for parcel, time in daytime)

    def test_without_room_it_comes_later(self) -> None:
        """A van that works one hour brings a dozen parcels a day: what joins a longer floor is expected days later."""
        twin = begun(toy_world(days=2, fleet=fleet(Mode.VAN, 1, shift_h=3.0, max_duty_h=4.0)))
        twin.run(until=9 * HOUR + 1)
        parcel = next(iter([p for p, s in enumerate(twin.state.status) if s]))
        depot = twin.state.depot[parcel]
        before = room.expected(twin, depot, parcel)
        twin.state.behind[depot] += 25
        after = room.expected(twin, depot, parcel)
        assert after >= before + 12 * HOUR

    def test_more_before_it_never_means_sooner(self) -> None:
        """The longer the floor, the later."""
        twin = begun(toy_world(days=2))
        twin.run(until=10 * HOUR)
        parcel = next(p for p, s in enumerate(twin.state.status) if s)
        depot, times = twin.state.depot[parcel], []
        for _ in range(12):
            times.append(room.expected(twin, depot, parcel))
            twin.state.behind[depot] += 40
        assert times == sorted(times)
        assert times[-1] > times[0]


class TestPace:
    """What is learnt from tours."""

    def test_the_pace_is_between_prior_and_record(self) -> None:
        """After a day the pace lies between the prior and parcels over hours out of the ledger's tours."""
        twin = begun(toy_world(days=1))
        twin.run()
        tours, homes = rows(twin.ledger, Kind.TOUR), rows(twin.ledger, Kind.HOME)
        assert len(tours)
        for depot in range(len(twin.facts.depots)):
            if not twin.state.hours_out[depot]:
                continue
            own = twin.state.brought[depot] / twin.state.hours_out[depot]
            low, high = sorted((own * room.ON_TOUR, room.PACE_H * room.ON_TOUR))
            assert low <= room.pace(twin, depot) <= high
        assert sum(twin.state.brought) <= rows(twin.ledger, Kind.ATTEMPTED).size
        out = np.sum(homes["time"]) - np.sum(tours["time"])
        assert sum(twin.state.hours_out) == pytest.approx(out / HOUR)
