"""The calendar day: what is undelivered today is tomorrow's work, and at the end everything is accounted for."""

from dataclasses import replace
from typing import Any

import numpy as np

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet, toy_kind
from tests.worlds import PLAIN, expect_none, play, rows
from twin.engine import Twin
from twin.entities import Forecast
from twin.ledger import Account, Kind, Ledger
from twin.specs import FleetGroup
from twin.state import Status
from twin.units import DAY, HOUR


def test_what_is_left_today_is_tomorrow_s_work() -> None:
    """A van that may carry one parcel leaves the rest on the floor, and goes on with it day after day."""
    few = (FleetGroup(toy_kind(capacity_parcels=1), 1),)

    def today(view: Any, *question: Any) -> Any:
        return PLAIN.promising(view, *question) if view.day == 0 else []

    ledger = play(toy_world(days=6, fleet=few), promising=today)
    delivered, tours = rows(ledger, Kind.DELIVERED), rows(ledger, Kind.TOUR)
    assert len(delivered) == len(tours) == 12
    assert np.bincount(tours["time"] // DAY).tolist() == [2] * 6


def test_every_parcel_has_one_end_or_is_open() -> None:
    """At the end of the horizon each created parcel is delivered, returned, cancelled, lost or listed, exactly once."""
    for days in (1, 3):
        ledger = play(toy_world(days=days, noise=True))
        ended = rows(ledger, Kind.DELIVERED, Kind.RETURNED, Kind.CANCELLED, Kind.LOST, Kind.OPEN)["subject"]
        assert np.array_equal(np.sort(ended), np.sort(rows(ledger, Kind.CREATED)["subject"]))


def test_open_parcels_are_listed_with_status_and_age() -> None:
    """OPEN holds where it stands, and the milliseconds since it was ordered."""
    twin = Twin(toy_world(days=2, fleet=toy_fleet(van=0)), PLAIN)
    ledger = twin.run()
    ordered = {int(row["subject"]): int(row["time"]) for row in rows(ledger, Kind.CREATED)}
    for row in rows(ledger, Kind.OPEN):
        assert row["actor"] == twin.state.status[int(row["subject"])] < Status.DELIVERED
        assert row["value"] == 2 * DAY - ordered[int(row["subject"])]


def test_offices_are_closed_at_the_weekend() -> None:
    """On a Saturday and a Sunday no office opens; on Monday they do."""
    world = toy_world(days=3, first_weekday=5)
    office = replace(world.customers, dwelling=np.full(12, 4))
    away = replace(world.people, safe_place=(0.0,) * 5, neighbour=(0.0,) * 5)
    works = replace(world.operation, max_attempts=9)
    ledger = play(replace(world, customers=office, people=away, operation=works))
    attempts = rows(ledger, Kind.ATTEMPTED)
    weekend = attempts["time"] < 2 * DAY
    assert weekend.any()
    assert np.all(attempts["cause"][weekend] != 0)
    assert (attempts["cause"][~weekend] == 0).any()


def test_each_day_has_its_forecast() -> None:
    """One question each midnight; FORECAST holds mean and upper end by area."""

    def forecast(view: Any) -> Forecast:
        mean = np.full(view.areas, 2.0 + view.day)
        return Forecast(view.day, mean, mean - 1, mean + 3)

    ledger = play(toy_world(days=2), forecasting=forecast)
    written = rows(ledger, Kind.FORECAST)
    assert written["time"].tolist() == [0] * 6 + [DAY] * 6
    assert written["subject"].tolist() == [*range(6)] * 2
    assert written["value"].tolist() == [2] * 6 + [3] * 6
    assert written["place"].tolist() == [5] * 6 + [6] * 6


def test_questions_of_the_night_come_once_a_day_in_one_order() -> None:
    """Forecast, then placement, then strategy, at midnight."""
    asked: list[tuple[int, str]] = []

    def watch(name: str, answer: Any) -> Any:
        def policy(view: Any) -> Any:
            asked.append((view.now, name))
            return answer(view)

        return policy

    play(
        toy_world(days=2),
        forecasting=watch("forecast", expect_none),
        placement=watch("place", lambda view: []),
        adapting=watch("adapt", lambda view: []),
    )
    assert asked == [(day * DAY, name) for day in range(2) for name in ("forecast", "place", "adapt")]


def test_costs_of_a_day_are_posted_at_its_end() -> None:
    """Vehicles are paid in the last millisecond of each day, so that a day's costs stand within the day."""
    book = play(toy_world(days=3)).costs.columns()
    times = book["time"][book["kind"] == Account.VEHICLE]
    assert times.tolist() == [day * DAY - 1 for day in (1, 1, 2, 2, 3, 3)]


def night_shift(repair_min: float) -> Ledger:
    """One van that leaves at 17:00 and stands by the road for hours."""
    stuck = toy_kind(shift_start="13:00", shift_h=10.9, max_duty_h=11.0, breakdown_km=0.3, repair_min=repair_min)
    works = replace(toy_world().operation, waves=("17:00",), windows=(("17:00", "24:00"),), promise_days=2)
    return play(toy_world(days=3, operation=works, fleet=(FleetGroup(stuck, 1),)))


def test_who_is_out_at_midnight_is_paid_for_both_days() -> None:
    """A duty over midnight is paid in two parts that add up, and the vehicle works again the next day."""
    ledger = night_shift(200.0)
    shifts, home = rows(ledger, Kind.SHIFT), rows(ledger, Kind.HOME)["time"]
    back = home[0]
    assert DAY < back < DAY + 12 * HOUR
    assert shifts["time"][:2].tolist() == [DAY - 1, back]
    assert shifts["value"][:2].sum() == back - rows(ledger, Kind.PLANNED)["time"][0]
    assert back < rows(ledger, Kind.TOUR)["time"][1] < 2 * DAY


def test_the_law_does_not_forget_at_midnight() -> None:
    """Also over midnight nobody starts for a stop after the legal end of a duty."""
    ledger = night_shift(300.0)
    began = rows(ledger, Kind.PLANNED)["time"][0]
    tour, home = rows(ledger, Kind.TOUR)[0], rows(ledger, Kind.HOME)["time"][0]
    legs = rows(ledger, Kind.LEG)
    to_stops = legs["time"][(legs["actor"] < tour["actor"]) & (legs["time"] < home)]
    assert np.all(to_stops <= began + 11 * HOUR)


def test_more_days_keep_the_first_ones() -> None:
    """A longer run of the same world begins like the shorter one."""
    one, two = toy_world(days=1, noise=True), toy_world(days=2, noise=True)
    two.traffic.noise[: len(one.traffic.noise)] = one.traffic.noise
    short, long_ = play(one).trace.columns(), play(two).trace.columns()
    before = short[short["time"] < DAY]
    assert np.array_equal(before, long_[: len(before)])
