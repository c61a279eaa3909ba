"""Third-party carriers: tariff, capacity, cut-off, and a service that falls with load."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_carrier
from tests.worlds import PLAIN, cost, counts, in_turn, play, prefer, rows
from twin import carriers
from twin.engine import Twin
from twin.entities import Adjustment, CarrierOffer, Cause, Knob, Parcel
from twin.ledger import Account, Kind, Ledger
from twin.specs import CarrierSpec, Operation, Strike
from twin.units import DAY, HOUR, usd
from twin.world import World

SURE: dict[str, Any] = {"city_sigma": 0.0, "day_sigma": 0.0, "load_slope": 0.0, "on_time": 1 - 1e-12}


def outside(*specs: CarrierSpec, **changes: Any) -> World:
    """A toy without vehicles of its own: carriers take everything."""
    return toy_world(**{"fleet": (), "carriers": specs or (toy_carrier(**SURE),), **changes})


def ship(world: World, **changes: Any) -> Ledger:
    """A run in which the first carrier that is offered takes each parcel."""
    return play(world, **{"carriers": prefer("regional"), **changes})


def test_what_is_handed_over_is_delivered() -> None:
    """HANDED, ATTEMPTED, DELIVERED, written under the carrier's own number, and nothing drives."""
    ledger = ship(outside(days=4))
    seen = counts(ledger)
    handed, delivered = rows(ledger, Kind.HANDED), rows(ledger, Kind.DELIVERED)
    assert seen[Kind.TOUR] == seen[Kind.LOADED] == 0
    assert set(handed["actor"].tolist()) == {0}
    assert set(delivered["actor"].tolist()) == {-2}
    assert set(delivered["subject"].tolist()) <= set(handed["subject"].tolist())
    assert len(delivered) > 20


@given(st.integers(1, 30_000), st.floats(0, 20), st.floats(0, 5), st.floats(0, 1))
def test_the_tariff_is_base_and_weight_and_fuel(weight: int, base: float, per_kg: float, fuel: float) -> None:
    """(a + b kg) (1 + fuel), never less for more weight."""
    spec = toy_carrier(base_usd=base, per_kg_usd=per_kg, fuel=fuel)
    assert carriers.tariff(spec, weight) == usd((base + per_kg * weight / 1000) * (1 + fuel))
    assert carriers.tariff(spec, weight) <= carriers.tariff(spec, weight + 100)


def test_a_hand_over_is_paid_by_the_tariff_and_has_its_carbon() -> None:
    """CARRIER is booked to parcel and carrier at its tariff; CARBON is written for each, under the carrier's number."""
    world = outside(toy_carrier("a", kgco2=0.3, **SURE), toy_carrier("b", kgco2=0.5, base_usd=9.0, **SURE))
    ledger = ship(world, carriers=in_turn)
    handed, book = rows(ledger, Kind.HANDED), ledger.costs.columns()
    paid = book[book["kind"] == Account.CARRIER]
    assert set(handed["actor"].tolist()) == {0, 1}
    for row, posting, carbon in zip(handed, paid, rows(ledger, Kind.CARBON), strict=True):
        carrier, parcel = int(row["actor"]), int(row["subject"])
        price = carriers.tariff(world.carriers[carrier], int(world.parcels.weight_g[parcel]))
        assert (posting["subject"], posting["actor"], posting["value"]) == (parcel, -2 - carrier, price)
        assert (carbon["subject"], carbon["value"]) == (-2 - carrier, (300_000, 500_000)[carrier])


def test_a_carrier_takes_no_more_than_its_capacity_each_day() -> None:
    """The rest waits for the next wave, and the next day there is room again."""
    ledger = ship(outside(toy_carrier(capacity=3, **SURE), days=3))
    by_day = Counter((rows(ledger, Kind.HANDED)["time"] // DAY).tolist())
    assert by_day == {0: 3, 1: 3, 2: 3}


@given(st.integers(0, 3), st.integers(0, 4), st.floats(0, 1))
def test_a_strike_takes_its_part_of_the_capacity_on_its_days(first: int, days: int, left: float) -> None:
    """On a day of the strike a carrier takes that part of its capacity, rounded down, and on others all of it."""
    world = replace(outside(toy_carrier(capacity=3, **SURE), days=4), strike=Strike(left, 0.0, first, days))
    by_day = Counter((rows(ship(world), Kind.HANDED)["time"] // DAY).tolist())
    assert [by_day[day] for day in range(4)] == [
        int(3 * left) if first <= day < first + days else 3 for day in range(4)
    ]


def test_a_strike_makes_what_is_handed_over_late() -> None:
    """With twelve off the logit of being on time, what is handed over on its days is late, and nothing before."""
    spec = toy_carrier(**{**SURE, "on_time": 0.99})
    world = replace(outside(spec, days=6), strike=Strike(1.0, 12.0, 3))
    ledger = ship(world)
    due = {int(row["subject"]): int(row["value"]) for row in rows(ledger, Kind.HANDED)}
    on_strike = {int(row["subject"]): row["time"] >= 3 * DAY for row in rows(ledger, Kind.HANDED)}
    late = [
        (on_strike[int(row["subject"])], row["time"] // DAY > due[int(row["subject"])] // DAY)
        for row in rows(ledger, Kind.DELIVERED)
    ]
    assert {struck for struck, _ in late} == {False, True}
    assert all(struck == behind for struck, behind in late)


def test_a_full_carrier_is_not_offered_and_the_next_one_is() -> None:
    """Offers are those with room left at that moment."""
    small, large = toy_carrier("small", capacity=2, **SURE), toy_carrier("large", **SURE)
    ledger = play(outside(small, large), carriers=prefer("small", "large"))
    assert rows(ledger, Kind.HANDED)["actor"].tolist()[:4] == [0, 0, 1, 1]


def test_avoiding_a_carrier_is_the_selector_s_business() -> None:
    """The knob is shown, the offer stays: who has nothing else must still be able to ship."""
    pair = outside(toy_carrier("a", **SURE), toy_carrier("b", **SURE))
    ledger = play(pair, carriers=prefer("a"), adapting=lambda view: [Adjustment(Knob.AVOID_CARRIER, 0, 1)])
    assert set(rows(ledger, Kind.HANDED)["actor"].tolist()) == {0}


class TestTime:
    """When a carrier comes."""

    def due(self, spec: CarrierSpec, first_weekday: int = 0, days: int = 3) -> list[tuple[int, int]]:
        """(handed over, due) of every parcel."""
        handed = rows(ship(outside(spec, first_weekday=first_weekday, days=days)), Kind.HANDED)
        return [(int(row["time"]), int(row["value"])) for row in handed]

    def test_after_the_cut_off_it_takes_a_day_longer(self) -> None:
        """Handed over by 10:00 it is due tomorrow at 14:00, later the day after."""
        for handed, due in self.due(toy_carrier(cut_off="10:00", **SURE)):
            days = 1 if handed % DAY <= 10 * HOUR else 2
            assert due == (handed // DAY + days) * DAY + 14 * HOUR

    def test_the_same_evening_is_today(self) -> None:
        """With no days it is due at its hour today, or an hour after it was handed over if that is later."""
        for handed, due in self.due(toy_carrier(days=0, cut_off="24:00", hour="12:00", **SURE)):
            assert due == max(handed // DAY * DAY + 12 * HOUR, handed + HOUR)

    def test_sundays_do_not_count(self) -> None:
        """From a Saturday the next working day is Monday."""
        for handed, due in self.due(toy_carrier(cut_off="24:00", **SURE), first_weekday=5, days=1):
            assert (handed // DAY, due // DAY) == (0, 2)

    def test_deliveries_are_around_the_due_hour(self) -> None:
        """On time, a parcel comes within hours of what was said, never within an hour of the hand-over."""
        ledger = ship(outside(days=6))
        due = {int(row["subject"]): row for row in rows(ledger, Kind.HANDED)}
        off = []
        for row in rows(ledger, Kind.DELIVERED):
            handed = due[int(row["subject"])]
            assert row["time"] >= handed["time"] + HOUR
            off.append((row["time"] - handed["value"]) / HOUR)
        assert np.max(np.abs(off)) < 7
        assert abs(np.mean(off)) < 0.6
        assert np.std(off) == pytest.approx(1.5, rel=0.25)

    def test_a_late_parcel_is_a_day_late_or_two(self) -> None:
        """A carrier that is never on time delivers everything one or two days after, and says so."""
        ledger = ship(outside(toy_carrier(**{**SURE, "on_time": 1e-9}), days=8))
        due = {int(row["subject"]): int(row["value"]) for row in rows(ledger, Kind.HANDED)}
        delivered = rows(ledger, Kind.DELIVERED)
        late = [round((int(row["time"]) - due[int(row["subject"])]) / DAY) for row in delivered]
        assert set(delivered["cause"].tolist()) == {Cause.CARRIER_DELAY}
        assert set(late) <= {1, 2, 3}
        assert Counter(late)[1] > Counter(late)[2] > 0


class TestService:
    """The service level."""

    def late_share(self, handed: int, parcels: int = 400, **changes: Any) -> float:
        """Share of parcels that would be late when so many of 100 have been handed over today."""
        spec = toy_carrier(capacity=100, on_time=0.9, city_sigma=0.0, day_sigma=0.0, **changes)
        twin = Twin(outside(spec, days=parcels // 12 + 1), PLAIN)
        twin.state.handed[0] = handed
        return float(np.mean([carriers._days_late(twin, parcel, 0) > 0 for parcel in range(parcels)]))

    def test_it_falls_with_load(self) -> None:
        """The fuller the carrier, the more is late, with the same luck; at half load it is what the contract says."""
        shares = [self.late_share(handed) for handed in (10, 50, 80, 100)]
        assert shares == sorted(shares)
        assert shares[0] < shares[-1]
        assert shares[1] == pytest.approx(0.1, abs=0.04)
        full = 1 / (1 + 9.0 * 2.0**-2.0)  # logit(.9) - 2 log(2)
        assert self.late_share(100, 1200, load_slope=2.0) == pytest.approx(full, abs=0.04)

    def test_a_quarter_of_what_is_late_is_two_days_late(self) -> None:
        """Late is one day, or two."""
        twin = Twin(outside(toy_carrier(**{**SURE, "on_time": 0.2}), days=100), PLAIN)
        days = Counter(carriers._days_late(twin, parcel, 0) for parcel in range(1200))
        assert days[0] / 1200 == pytest.approx(0.2, abs=0.04)
        assert days[2] / (days[1] + days[2]) == pytest.approx(0.25, abs=0.05)

    def test_a_city_stays_good_or_bad_and_a_day_does_not(self) -> None:
        """The city's effect is the same each day, the day's is not."""
        for sigma, same in (("city_sigma", True), ("day_sigma", False)):
            twin = Twin(outside(toy_carrier(**{**SURE, "on_time": 0.5, sigma: 3.0}), days=40), PLAIN)
            shares = set()
            for day in range(5):
                twin.state.now = day * DAY
                shares.add(sum(carriers._days_late(twin, parcel, 0) == 0 for parcel in range(400)))
            assert (len(shares) == 1) is same

    def test_without_a_slope_load_does_not_matter(self) -> None:
        """load_slope 0 is the contract at any load."""
        assert self.late_share(10, load_slope=0.0) == self.late_share(100, load_slope=0.0)


class TestFailures:
    """What a carrier loses, and where nobody opens."""

    def test_a_lost_parcel_is_paid_for(self) -> None:
        """LOST by the carrier, with the value of the goods, and the record of the carrier knows."""
        twin = Twin(outside(toy_carrier(**{**SURE, "loss": 1.0}), days=4), PLAIN.replace(carriers=prefer("regional")))
        ledger = twin.run()
        lost, handed = rows(ledger, Kind.LOST), rows(ledger, Kind.HANDED)
        assert set(lost["subject"].tolist()) >= set(handed["subject"][handed["time"] < 2 * DAY].tolist()) != set()
        assert set(lost["cause"].tolist()) == {Cause.CARRIER_LOSS}
        assert cost(ledger, Account.LOSSES) == usd(65.0) * len(lost)
        assert twin.view.carrier_record(0) == (0, len(lost))

    def test_nobody_home_is_tried_again_and_then_sent_back(self) -> None:
        """Every attempt fails: as many as allowed, a working day apart, then RETURNED and paid."""
        ledger = ship(outside(toy_carrier(**{**SURE, "first_attempt": 0.0}), days=6))
        attempts, returned = rows(ledger, Kind.ATTEMPTED), rows(ledger, Kind.RETURNED)
        assert set(attempts["cause"].tolist()) == {Cause.ABSENT}
        first = returned["subject"][0]
        mine = attempts[attempts["subject"] == first]
        assert mine["value"].tolist() == [1, 2, 3]
        assert set(np.diff(mine["time"]).tolist()) == {DAY}
        assert cost(ledger, Account.REMEDIES) == usd(10.0) * len(returned)

    def test_a_bad_address_never_works_for_a_carrier(self) -> None:
        """It fails for the address until it is sent back."""
        world = outside(days=6, people=certain_people(bad_address=1.0))
        ledger = ship(replace(world, operation=replace(world.operation, cleansed=0.0)))
        assert set(rows(ledger, Kind.ATTEMPTED)["cause"].tolist()) == {Cause.ADDRESS}
        assert counts(ledger)[Kind.DELIVERED] == 0

    def test_the_record_is_what_was_seen(self) -> None:
        """On time by the carrier's word, and deliveries, returns and losses, by carrier and area, as in the ledger."""
        rough = [toy_carrier(name, first_attempt=0.6, loss=0.1, on_time=0.7) for name in ("regional", "postal")]
        keep = Operation(memory_days=1e18)
        twin = Twin(outside(*rough, days=8, noise=True, operation=keep), PLAIN.replace(carriers=in_turn))
        ledger = twin.run()
        for carrier in (0, 1):
            actors = (-2 - carrier, carrier)  # a return is written by the carrier's own number
            ended = rows(ledger, Kind.DELIVERED, Kind.RETURNED, Kind.LOST)
            ended = ended[np.isin(ended["actor"], actors)]
            again = rows(ledger, Kind.ATTEMPTED)
            again = again["subject"][again["value"] > 1]
            kept = (ended["kind"] == Kind.DELIVERED) & (ended["cause"] == Cause.NONE)
            good = ended[kept & ~np.isin(ended["subject"], again)]
            assert twin.view.carrier_record(carrier) == (len(good), len(ended)) > (0, 0)
            for area in range(twin.view.areas):
                expected = ((good["place"] == area).sum(), (ended["place"] == area).sum())
                assert twin.view.carrier_record(carrier, area) == expected


def test_offers_say_what_is_known() -> None:
    """Price by the tariff, a day that lies ahead, the contract's service, and the record in the parcel's area."""
    world = outside(toy_carrier(on_time=0.9), days=4)
    spec, twin = world.carriers[0], Twin(world, PLAIN)

    def watch(view: Any, parcel: Parcel, offers: tuple[CarrierOffer, ...]) -> CarrierOffer:
        (offer,) = offers
        assert offer.price == carriers.tariff(spec, parcel.weight_g)
        assert offer.expected > view.now
        assert offer.stated_on_time == 0.9
        assert (offer.on_time, offer.trials) == view.carrier_record(0, parcel.area)
        return offer

    Twin(world, twin.policies.replace(carriers=watch)).run()


def test_a_depot_without_vehicles_tries_again_at_each_wave() -> None:
    """What found no carrier with room is offered again at the waves of the next days, not dropped."""

    def today(view: Any, *question: Any) -> Any:
        return PLAIN.promising(view, *question) if view.day == 0 else []

    ledger = ship(outside(toy_carrier(capacity=4, **SURE), days=4), promising=today)
    handed = rows(ledger, Kind.HANDED)["time"]
    by_day = Counter((handed // DAY).tolist())
    assert by_day[0] == by_day[1] == 4 >= by_day[2] > 0
    assert by_day.total() == counts(ledger)[Kind.CREATED]
    assert set(handed[5:].tolist()) == {DAY + 9 * HOUR, 2 * DAY + 9 * HOUR}  # 4 is picked that morning at six
