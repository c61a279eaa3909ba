"""The depot: how a packed parcel goes on."""

from dataclasses import replace
from typing import Any

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet
from tests.worlds import PLAIN, counts, fleet, offered, play, prefer, rows
from twin.engine import Twin
from twin.entities import OWN, CarrierOffer, Cause, Mode, Parcel
from twin.ledger import Kind
from twin.ports import View
from twin.units import DAY, HOUR

EVENING = 17 * HOUR
"""The last wave."""


class TestRoute:
    """How a packed parcel goes."""

    def test_a_way_is_offered_for_each_that_there_is(self) -> None:
        """Streets, each sortie that can carry it, and each carrier with room; own ways are carrier -1."""
        everything = toy_world(
            fleet=toy_fleet(van=1, robot=1, drone=1), carriers=(toy_carrier(), toy_carrier("postal"))
        )
        for parcel, offers in {
            parcel.id: (parcel, offers) for parcel, offers in reversed(offered(everything))
        }.values():
            names = [offer.name for offer in offers]
            light = parcel.weight_g <= 2300
            assert names == ["streets", "robot", *(["drone"] if light else []), "regional", "postal"]
            assert [offer.carrier for offer in offers if offer.sortie is not None or offer.name == "streets"] == [
                OWN
            ] * (3 if light else 2)

    def test_what_the_last_wave_leaves_may_go_with_a_carrier(self) -> None:
        """A selector that hires for whatever is late hands over after the last wave what is still on the floor."""

        def hire_when_late(view: View, parcel: Parcel, offers: tuple[CarrierOffer, ...], /) -> CarrierOffer:
            return (
                offers[-1]
                if parcel.promise.late <= view.now // DAY * DAY + DAY and view.now % DAY >= EVENING
                else offers[0]
            )

        world = toy_world(days=2, fleet=fleet(Mode.VAN, 1, shift_start="06:00", shift_h=6.0, max_duty_h=6.0))
        for carriers in ((), (toy_carrier(),)):
            ledger = play(replace(world, carriers=carriers), carriers=hire_when_late)
            handed = rows(ledger, Kind.HANDED)
            assert bool(len(handed)) == bool(carriers)
        assert set((handed["time"] % DAY).tolist()) == {EVENING}

    def test_the_choice_is_what_happens(self) -> None:
        """ROUTED says what was chosen, and each parcel goes that way only."""
        world = toy_world(fleet=toy_fleet(van=1, drone=2), carriers=(toy_carrier(),))
        for name, kind in (("streets", Kind.TOUR), ("drone", Kind.SORTIE), ("regional", Kind.HANDED)):
            ledger = play(world, carriers=prefer(name))
            seen = counts(ledger)
            assert seen[kind] > 0
            if name == "regional":
                assert set(rows(ledger, Kind.ROUTED)["actor"].tolist()) == {0}
                assert seen[Kind.LOADED] == 0

    def test_streets_are_not_offered_for_what_no_vehicle_can_carry(self) -> None:
        """A parcel of 3 kg is not for a bike of 2."""
        bikes = toy_world(fleet=fleet(Mode.BIKE, capacity_kg=2.0), carriers=(toy_carrier(),))
        for parcel, offers in offered(bikes):
            assert ("streets" in [offer.name for offer in offers]) == (parcel.weight_g <= 2000)

    def test_who_cannot_be_reached_is_promised_nothing(self) -> None:
        """Without a vehicle and a carrier every checkout walks away for want of a window."""
        seen = counts(play(toy_world(fleet=toy_fleet(van=0))))
        assert seen[Kind.WALKED] == seen[Kind.SESSION] > 0
        assert seen[Kind.ORDERED] == 0

    def test_a_parcel_that_nothing_can_carry_is_given_up(self) -> None:
        """Packed at a place from where nothing can bring it, it is cancelled with its cause, not left on the floor."""
        world = toy_world(fleet=toy_fleet(van=1))
        twin = Twin(world, PLAIN)
        twin.run(7 * HOUR)
        twin.facts.street_loads[0] = []
        gone = rows(twin.run(), Kind.CANCELLED)
        assert len(gone)
        assert set(gone["cause"].tolist()) == {Cause.UNREACHABLE}

    def test_expectations_lie_ahead(self) -> None:
        """No way is expected to have delivered before now, and none is free of charge."""
        world = toy_world(fleet=toy_fleet(van=1, robot=1, drone=1), carriers=(toy_carrier(days=0), toy_carrier("p")))

        def watch(view: Any, parcel: Parcel, offers: tuple[CarrierOffer, ...]) -> CarrierOffer:
            assert all(offer.expected > view.now and offer.price > 0 for offer in offers)
            return offers[0]

        play(world, carriers=watch)
