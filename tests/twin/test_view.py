"""A view holds what operations know now: the record, not the truth; copies, not the state; nothing of tomorrow."""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet
from tests.worlds import PLAIN, chain, play, prefer, rows
from twin.engine import Twin
from twin.entities import Adjustment, Forecast, Knob, Mode, Replenishment, TimeWindow, Tour
from twin.ledger import Kind
from twin.specs import Operation
from twin.state import TwinState
from twin.units import DAY, HOUR, MINUTE
from twin.view import View
from twin.world import LEADS_H, World


def noon(days: int = 2, time: int = DAY + 12 * HOUR, **changes: Any) -> Twin:
    """A noisy toy twin at noon of its second day."""
    twin = Twin(toy_world(days=days, noise=True, **changes), PLAIN)
    twin.run(time)
    return twin


def public(thing: object) -> Iterator[Any]:
    """Values behind the public attributes of a thing, and what its methods give without arguments."""
    for name in dir(thing):
        if not name.startswith("_"):
            value = getattr(thing, name)
            if not inspect.ismethod(value):
                yield value
            elif not inspect.signature(value).parameters:
                yield value()


def reachable(root: object) -> list[Any]:
    """All that a policy can come to from here by public names, elements and fields."""
    found: list[Any] = []
    waiting, seen = [root], set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, int | float | str | type | np.ndarray | np.generic | None):
            continue
        seen.add(id(thing))
        found.append(thing)
        if isinstance(thing, dict):
            waiting += [*thing.keys(), *thing.values()]
        elif isinstance(thing, tuple | list):
            waiting += thing
        elif is_dataclass(thing):
            waiting += [getattr(thing, field.name) for field in fields(thing)]
        elif isinstance(thing, View):
            waiting += list(public(thing))
    return found


def test_the_truth_is_out_of_reach() -> None:
    """By public names a policy comes from a view to specifications, windows and numbers, never to the twin's world."""
    met: list[Any] = []

    def watch(view: View) -> list[Any]:
        met.extend(reachable(view))
        return []

    twin = noon()
    Twin(twin.world, PLAIN.replace(routing=watch)).run(10 * HOUR)
    assert any(isinstance(thing, Operation) for thing in met)
    assert not any(isinstance(thing, World | TwinState | Twin) for thing in met)
    assert {type(thing).__module__.split(".")[0] for thing in met} <= {"twin", "builtins", "numpy"}


def test_nothing_can_be_hung_on_a_view() -> None:
    """A policy cannot leave itself a note there: no new attributes, and what is known cannot be set."""
    view = noon().view
    for name in ("note", "now", "operation", "forecast"):
        with pytest.raises(AttributeError):
            setattr(view, name, 1)


def test_what_comes_back_is_a_copy() -> None:
    """Writing into an answer changes no later answer."""
    view = noon().view
    for ask in (view.orders_by_day, view.sold, lambda: view.stock(0), lambda: view.sold_at(0),
                lambda: view.opening_stock(0), lambda: view.in_transit(0)):  # fmt: skip
        first = ask()
        before = first.copy()
        first += 1
        assert np.array_equal(ask(), before)
    assert view.forecast is not None
    view.forecast.mean[:] = 99.0
    assert view.forecast.mean.max() < 99.0


def test_time_is_told() -> None:
    """Milliseconds, day and weekday, counted from the world's first."""
    view = noon(first_weekday=6).view
    assert (view.now, view.day, view.weekday) == (DAY + 12 * HOUR, 1, 0)


def test_orders_are_counted_by_day_and_area() -> None:
    """What was ordered so far, today's row being partial: CREATED of the ledger."""
    twin = noon()
    created = rows(twin.ledger, Kind.CREATED)
    expected = np.zeros((2, twin.view.areas))
    np.add.at(expected, (created["time"] // DAY, created["place"]), 1)
    assert np.array_equal(twin.view.orders_by_day(), expected)
    assert twin.view.sold().sum() == len(created) == sum(twin.view.sold_at(mfc).sum() for mfc in range(1))


def test_demand_is_counted_where_it_arises() -> None:
    """Of two centres each knows the units ordered from the areas it is nearest to."""
    twin = noon(depots=(0, 8))
    created, view = rows(twin.ledger, Kind.CREATED), twin.view
    for mfc in (0, 1):
        mine = [row for row in created if view.nearest_depot(int(row["place"])) == mfc]
        assert view.sold_at(mfc).sum() == len(mine)


def test_stock_is_the_record_less_what_is_reserved() -> None:
    """Phantoms are not seen: the record is what operations believe."""
    twin = noon()
    state = twin.state
    assert twin.view.stock(0).tolist() == [a - b for a, b in zip(state.record, state.reserved, strict=True)]
    state.shelf[0] -= 1
    assert twin.view.stock(0)[0] == state.record[0] - state.reserved[0]
    state.inbound.append([0, 2, 7])
    assert twin.view.in_transit(0).tolist() == [0, 0, 7, 0, 0, 0]


def test_success_is_what_was_attempted() -> None:
    """By area, hour of the day and mode, and in sum: successes and attempts of our own fleet in the ledger."""
    keep = Operation(memory_days=1e18)
    twin = noon(days=4, time=4 * DAY, fleet=toy_fleet(van=1, robot=1, drone=1), operation=keep)
    twin = Twin(twin.world, PLAIN.replace(carriers=prefer("drone", "robot")))
    attempts, view = rows(twin.run(), Kind.ATTEMPTED), twin.view
    modes = np.array([twin.facts.kinds[twin.state.units[vehicle].group].mode for vehicle in attempts["actor"]])
    for area in range(view.areas):
        mine = attempts["place"] == area
        assert view.success(area) == (int((attempts["cause"][mine] == 0).sum()), int(mine.sum()))
        for mode in (Mode.VAN, Mode.ROBOT, Mode.DRONE):
            assert view.success(area, mode=mode)[1] == (mine & (modes == mode)).sum()
        for hour in (9, 10, 14, 18):
            then = attempts["time"] % DAY // HOUR == hour
            assert view.success(area, hour)[1] == (mine & then).sum()
            assert view.success(area, hour, Mode.VAN)[1] == (mine & then & (modes == Mode.VAN)).sum()


def test_windows_have_an_index() -> None:
    """A promised window of any day is one of the operation's."""
    view = noon().view
    for day in (0, 1):
        for index, (early, late) in enumerate(((10, 14), (14, 18), (18, 21))):
            window = TimeWindow(day * DAY + early * HOUR, day * DAY + late * HOUR)
            assert view.window_index(window) == index
    with pytest.raises(LookupError):
        view.window_index(TimeWindow(0, 1))


def test_knobs_show_what_is_set() -> None:
    """What the adapter turned is seen by every policy from then on; 0 is not set."""
    seen: list[tuple[int, dict[tuple[int, int], int]]] = []

    def adapt(view: View) -> list[Adjustment]:
        seen.append((view.knob(Knob.EVENING_FIRST, 1), dict(view.knobs())))
        return [Adjustment(Knob.EVENING_FIRST, 1, 1 - view.day % 2), Adjustment(Knob.PROMISE_SLACK, 0, MINUTE)]

    ledger = play(toy_world(days=3), adapting=adapt)
    slack = {(Knob.PROMISE_SLACK, 0): MINUTE}
    assert seen == [(0, {}), (1, {(Knob.EVENING_FIRST, 1): 1} | slack), (0, slack)]
    assert rows(ledger, Kind.ADJUSTED)["value"].tolist() == [1, MINUTE, 0, MINUTE, 1, MINUTE]


def test_the_forecast_is_this_morning_s() -> None:
    """None before the first was asked, then the numbers of today, to the bit."""
    before: list[Forecast | None] = []

    def forecast(view: View) -> Forecast:
        before.append(view.forecast)
        numbers = np.arange(view.areas) / 3 + view.day
        return Forecast(view.day, numbers, numbers / 2, numbers * 2)

    twin = Twin(toy_world(days=2), PLAIN.replace(forecasting=forecast))
    twin.run(DAY + HOUR)
    assert before[0] is None
    assert before[1] is not None
    assert before[1].day == 0
    now = twin.view.forecast
    assert now is not None
    assert (now.day, now.mean.tolist()) == (1, (np.arange(twin.view.areas) / 3 + 1).tolist())


def ways_at(world: World, hour: int) -> list[tuple[bool, list[list[int]]]]:
    """At each wave, whether the ways of an hour are those of the dispatch, and the ways."""
    seen: list[tuple[bool, list[list[int]]]] = []

    def watch(view: View) -> list[Tour]:
        assert view.dispatch is not None
        size = len(view.dispatch.stops) + 1
        then = view.durations(0, view.now // DAY * DAY + hour * HOUR)
        seen.append((np.array_equal(then, view.dispatch.duration[0][:size, :size]), then.tolist()))
        return chain(view)

    play(world, routing=watch)
    return seen


def test_ways_of_later_hours_know_the_usual_traffic_and_nothing_else() -> None:
    """Of now and before they are the dispatch's; a jam that is usual at six is seen at nine, one that comes is not."""
    world = toy_world(operation=replace(toy_world().operation, live_traffic=0.5))
    traffic = world.traffic
    assert all(same for same, _ in ways_at(world, 9))
    six = int(traffic.row[18 * HOUR // traffic.period])
    profile = np.vstack([traffic.profile, traffic.profile[six : six + 1] // 2])
    row = traffic.row.copy()
    row[18 * HOUR // traffic.period] = len(profile) - 1
    usual = replace(world, traffic=replace(traffic, profile=profile, row=row))
    noise = traffic.noise.copy()
    noise[18 * HOUR // traffic.period] //= 2
    coming = replace(world, traffic=replace(traffic, noise=noise))
    morning = ways_at(world, 18)[0][1]
    assert np.array(ways_at(usual, 18)[0][1]).sum() == pytest.approx(2 * np.array(morning).sum(), rel=0.01)
    assert ways_at(coming, 18)[0][1] == morning
    with pytest.raises(LookupError, match="dispatch is None"):
        noon().view.durations(0, HOUR)


def test_unordered_parcels_are_not_known() -> None:
    """Where a parcel goes is known once it is ordered; before that there is no such parcel."""
    twin = noon()
    known = set(rows(twin.ledger, Kind.CREATED)["subject"].tolist())
    for parcel in range(-2, 26):
        if parcel in known:
            assert 0 <= twin.view.area_of(parcel) < twin.view.areas
        else:
            with pytest.raises(LookupError):
                twin.view.area_of(parcel)


class TestWeatherForecast:
    """What is foretold."""

    @settings(max_examples=40)
    @given(st.integers(-2 * DAY, 6 * DAY), st.integers(0, 4 * DAY - 1))
    def test_it_reaches_to_the_end_of_tomorrow(self, asked: int, now: int) -> None:
        """Nothing dated after tomorrow, or before now, has any influence."""
        world = toy_world(days=4)
        hours = np.arange(len(world.weather.forecast_wind_mps), dtype=np.float64)
        world.weather.forecast_wind_mps[:] = hours[:, None, None]
        world.weather.forecast_rain_mmh[:] = hours[:, None, None]
        twin = Twin(world, PLAIN.replace(promising=lambda *_: []))
        twin.run(now)
        wind, rain = twin.view.weather_forecast(asked, 0)
        assert now // HOUR <= wind == rain < (now // DAY + 2) * 24

    @settings(max_examples=40)
    @given(st.integers(0, 2 * DAY - 1), st.integers(0, 4 * DAY - 1))
    def test_it_was_issued_by_now_and_not_long_ago(self, ahead: int, now: int) -> None:
        """The lead that is read is the shortest that is kept and not shorter than the time there is."""
        world = toy_world(days=4)
        world.weather.forecast_wind_mps[:] = np.array(LEADS_H, dtype=np.float64)[:, None]
        twin = Twin(world, PLAIN.replace(promising=lambda *_: []))
        twin.run(now)
        hours = min(now + ahead, (now // DAY + 2) * DAY - HOUR) // HOUR - now // HOUR
        lead = twin.view.weather_forecast(now + ahead, 0)[0]
        assert lead >= hours
        assert not [other for other in LEADS_H if hours <= other < lead]

    def test_it_is_the_forecast_not_the_truth(self) -> None:
        """The weather that comes has no influence, and neither has that of the present hour."""
        twin = noon()
        ahead = (0, HOUR, 15 * HOUR, DAY + 3 * HOUR)
        before = [twin.view.weather_forecast(twin.state.now + hours, 1) for hours in ahead]
        for column in ("wind_mps", "rain_mmh", "snow_mmh", "gust_mps"):
            getattr(twin.world.weather, column)[:] = 77.0
        assert [twin.view.weather_forecast(twin.state.now + hours, 1) for hours in ahead] == before


def test_luck_is_keyed_and_the_policy_s_own() -> None:
    """The same key, the same number, which nobody else draws; any integer is a key."""
    twin = noon()
    numbers = {twin.view.luck(entity, occasion) for entity in range(-2, 50) for occasion in range(3)}
    assert len(numbers) == 52 * 3
    assert twin.view.luck(7) == twin.view.luck(7, 0)
    assert all(0 <= number < 1 for number in numbers)


def test_travel_is_rough_but_of_the_right_size() -> None:
    """The cheap belief about travel is symmetric, zero at home, and within a factor of three of the streets."""
    twin = noon()
    duration, _ = twin.roads.matrices(np.arange(9), 0, 0)
    for a in range(9):
        assert twin.view.travel(a, a) == 0
        for b in range(a):
            assert twin.view.travel(a, b) == twin.view.travel(b, a)
            assert 1 / 3 < twin.view.travel(a, b) / duration[a, b] < 3


def test_the_placer_sees_what_it_ordered() -> None:
    """Units on their way are known until they arrive, so nobody orders them twice."""
    seen: list[list[int]] = []

    def place(view: View) -> list[Replenishment]:
        seen.append(view.in_transit(0).tolist())
        return [Replenishment(0, 1, 3)]

    play(toy_world(days=2), placement=place)
    assert seen == [[0] * 6, [0] * 6]


def test_carriers_and_operation_are_the_contracts() -> None:
    """What was agreed is known in full."""
    world = toy_world(carriers=(toy_carrier(),))
    view = Twin(world, PLAIN).view
    assert view.carriers == world.carriers
    assert view.operation == world.operation
    assert (view.depots, view.skus, view.areas) == (1, 6, world.city.areas)
    assert view.dispatch is None


def test_what_is_learnt_fades_by_half_in_its_half_life() -> None:
    """With a memory of a day, yesterday's attempts count half, those of the day before a quarter."""
    twin = noon(days=3, time=2 * DAY + 1, operation=Operation(memory_days=1.0))
    attempts = rows(twin.ledger, Kind.ATTEMPTED)
    days = attempts["time"] // DAY
    weight = (0.5 ** (2 - days)).sum()
    assert len(attempts)
    assert sum(twin.view.success(area)[1] for area in range(twin.view.areas)) == pytest.approx(weight)
