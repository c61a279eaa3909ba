"""What operations know now: scans, records, schedules, forecasts; never the world, never what is dated later (I14).

A view is not a dump: nothing is copied until a policy asks, and the counts behind the answers are kept up to date
event by event. Arrays that come back are copies, so a policy cannot change the state through them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin.draws import Stream
from twin.entities import Dispatch, Disruption, Forecast, Knob, TimeWindow, Upset
from twin.specs import CarrierSpec, Operation
from twin.units import DAY, HOUR
from twin.weather import foretold

if TYPE_CHECKING:
    from twin.engine import Twin

_MODES = 8


class View:
    """What operations know at the moment of a decision."""

    __slots__ = ("_dispatch", "_twin")

    def __init__(self, twin: "Twin") -> None:
        self._twin = twin
        self._dispatch: Dispatch | None = None

    @property
    def dispatch(self) -> Dispatch | None:
        """The wave to plan, while a router is asked."""
        return self._dispatch

    @contextmanager
    def _planning(self, dispatch: Dispatch) -> Iterator[None]:
        """Show a wave for as long as the block lasts; the twin's alone to call."""
        self._dispatch = dispatch
        try:
            yield
        finally:
            self._dispatch = None

    @property
    def now(self) -> int:
        """Milliseconds since the first midnight."""
        return self._twin.state.now

    @property
    def day(self) -> int:
        """Today's number, 0 the first."""
        return self.now // DAY

    @property
    def weekday(self) -> int:
        """0 is Monday."""
        return (self._twin.world.first_weekday + self.day) % 7

    @property
    def areas(self) -> int:
        """How many areas."""
        return self._twin.world.city.areas

    @property
    def depots(self) -> int:
        """How many depots, each with its micro-fulfilment centre."""
        return len(self._twin.facts.depots)

    @property
    def skus(self) -> int:
        """How many products."""
        return self._twin.facts.skus

    @property
    def operation(self) -> Operation:
        """How the operation works."""
        return self._twin.world.operation

    @property
    def carriers(self) -> tuple[CarrierSpec, ...]:
        """The contracts with the carriers."""
        return self._twin.world.carriers

    def nearest_depot(self, area: int) -> int:
        """The depot nearest to an area."""
        return self._twin.facts.nearest_depot[area]

    def zone(self, area: int) -> int:
        """The weather zone of an area."""
        return self._twin.facts.zone[area]

    def area_of(self, parcel: int) -> int:
        """The area of a parcel's address.

        Raises
        ------
        LookupError
            If nobody has ordered it yet.
        """
        if not 0 <= parcel < len(self._twin.state.status) or not self._twin.state.status[parcel]:
            raise LookupError(f"parcel {parcel} has not been ordered")
        return self._twin.facts.area_of[parcel]

    def travel(self, a: int, b: int) -> int:
        """Milliseconds between two nodes at 24 km/h over 1.3 times the straight line: cheap, and rough."""
        return round(self._twin.facts.metres(a, b) * 1.3 / 6.667 * 1000)

    def durations(self, profile: int, leaving: int) -> NDArray[np.int64]:
        """(1 + stops, 1 + stops) believed milliseconds between the places of the dispatch for who leaves at a time.

        The usual traffic of that hour, moved by what is known now, as if it stayed so; the dispatch's own
        matrix is that of now. Row and column 0 are the depot, ``i + 1`` is stop ``i``; only while a router is asked.

        Raises
        ------
        LookupError
            If there is nothing to plan.
        """
        dispatch, twin = self._dispatch, self._twin
        if dispatch is None:
            raise LookupError("durations were asked for while view.dispatch is None")
        nodes = [twin.facts.depots[dispatch.depot], *(stop.node for stop in dispatch.stops)]
        leaving = max(leaving, self.now)
        return twin.roads.matrices(np.array(nodes, dtype=np.int64), profile, self.now, leaving)[0]

    # --- strategy -----------------------------------------------------------------------------------------------

    def knob(self, knob: Knob, key: int) -> int:
        """The value of a knob for a key; 0 when it was not set."""
        return self._twin.state.knobs.get(knob << 32 | key, 0)

    def knobs(self) -> Mapping[tuple[int, int], int]:
        """All knobs that are set: (knob, key) -> value."""
        return {(code >> 32, code & 0xFFFFFFFF): value for code, value in self._twin.state.knobs.items() if value}

    # --- what was learnt ----------------------------------------------------------------------------------------

    def success(self, area: int, hour: int | None = None, mode: int | None = None) -> tuple[float, float]:
        """Successes and attempts of our own fleet in an area, at an hour of the day, by a mode.

        Old ones count less, by ``operation.memory_days``.
        """
        state = self._twin.state
        first = (area * 25 + (24 if hour is None else hour)) * _MODES
        if mode is not None:
            return state.hits[first + mode], state.tries[first + mode]
        return sum(state.hits[first : first + _MODES]), sum(state.tries[first : first + _MODES])

    def own_record(self, area: int, sortie: int = 0) -> tuple[float, float]:
        """Our own deliveries on time, and all of them, in an area: by the streets (0), or by sorties of a mode."""
        key = area * _MODES + sortie
        return self._twin.state.own_hits[key], self._twin.state.own_tries[key]

    def driver_record(self, vehicle: int) -> tuple[float, float]:
        """Successes and attempts of a vehicle's driver, wherever; old ones count less. (0, 0) without a driver."""
        return self._twin.state.driver_hits[vehicle], self._twin.state.driver_tries[vehicle]

    def visits(self, vehicle: int, area: int) -> int:
        """Stops that a vehicle's driver has made in an area so far."""
        return self._twin.state.visits.get(vehicle << 32 | area, 0)

    def leg_record(self, hour: int) -> tuple[float, float, float]:
        """Legs begun in an hour of the day: how many, and mean and variance of their time over the believed one."""
        count, total, squares = self._twin.state.legs[hour]
        if count < 2.0:
            return count, 1.0, 0.0
        mean = total / count
        return count, mean, max(squares / count - mean * mean, 0.0)

    def flyable(self, vehicle: int, time: int, area: int) -> bool:
        """Whether the weather that is foretold for a time and area is within the limits of a vehicle."""
        limits = self._twin.facts.kinds[self._twin.state.units[vehicle].group].spec.limits
        wind, rain = self.weather_forecast(time, area)
        return wind <= limits.wind_mps and rain <= limits.rain_mmh

    def carrier_record(self, carrier: int, area: int | None = None) -> tuple[float, float]:
        """Deliveries on time by the carrier's own word, and all deliveries, returns and losses (in an area)."""
        state, areas = self._twin.state, self.areas
        if area is not None:
            key = carrier * areas + area
            return state.carrier_hits[key], state.carrier_tries[key]
        mine = slice(carrier * areas, (carrier + 1) * areas)
        return sum(state.carrier_hits[mine]), sum(state.carrier_tries[mine])

    def window_index(self, window: TimeWindow) -> int:
        """Which of ``operation.windows`` a promised window is."""
        facts = self._twin.facts
        return facts.slot_index[window.early, window.late] % len(facts.windows)

    def slot_record(self, window: int) -> tuple[float, float]:
        """Promises kept, and promises that have come due, by index of the window; old ones count less."""
        state = self._twin.state
        return state.slot_kept[window], state.slot_ended[window]

    # --- demand and stock ---------------------------------------------------------------------------------------

    @property
    def forecast(self) -> Forecast | None:
        """What the forecaster said this midnight, if it was asked already."""
        state = self._twin.state
        if state.forecast_day < 0:
            return None
        mean, low, high = (np.array(column) for column in state.forecast)
        return Forecast(state.forecast_day, mean, low, high)

    def orders_by_day(self) -> NDArray[np.float64]:
        """(days so far with today, areas) float64: parcels ordered; today's row is not over."""
        days, areas = self.day + 1, self.areas
        return np.array(self._twin.state.ordered[: days * areas], dtype=np.float64).reshape(days, areas)

    def sold(self) -> NDArray[np.int64]:
        """(skus,) units ordered so far."""
        demand = np.array(self._twin.state.demand, dtype=np.int64)
        return np.asarray(demand.reshape(self.depots, self.skus).sum(axis=0), dtype=np.int64)

    def sold_at(self, mfc: int) -> NDArray[np.int64]:
        """(skus,) units ordered so far from areas that a centre is nearest to."""
        return self._of_mfc(self._twin.state.demand, mfc)

    def stock(self, mfc: int) -> NDArray[np.int64]:
        """(skus,) units on a centre's record and not reserved."""
        state = self._twin.state
        return self._of_mfc(state.record, mfc) - self._of_mfc(state.reserved, mfc)

    def opening_stock(self, mfc: int) -> NDArray[np.int64]:
        """(skus,) units that a centre opened with."""
        return self._of_mfc(self._twin.state.opening, mfc)

    def in_transit(self, mfc: int) -> NDArray[np.int64]:
        """(skus,) units on their way to a centre."""
        coming = np.zeros(self.skus, dtype=np.int64)
        for where, sku, units in self._twin.state.inbound:
            if where == mfc:
                coming[sku] += units
        return coming

    def _of_mfc(self, column: object, mfc: int) -> NDArray[np.int64]:
        return np.array(column[mfc * self.skus : (mfc + 1) * self.skus], dtype=np.int64)  # type: ignore[index]

    # --- what is foretold ---------------------------------------------------------------------------------------

    def weather_forecast(self, time: int, area: int) -> tuple[float, float]:
        """Wind in m/s and rain (or snow as water) in mm/h as foretold now for a time and area.

        The error grows with the lead, from an hour to two days; even the present hour is not known exactly. A
        time after tomorrow gets the last hour of tomorrow, one that is over the present hour.
        """
        tomorrow = (self.day + 2) * DAY - HOUR
        return foretold(self._twin.world.weather, min(time, tomorrow), self.now, self.zone(area))

    def disruptions(self) -> tuple[Disruption, ...]:
        """Streets that are known to be disturbed now: works, incidents that have been reported, closures."""
        city, known = self._twin.world.city, self._twin.roads.known
        d, rows = known.all, known.rows(self.now)
        edge = d.edge[rows]
        tail = city.tail[edge]
        columns = tail, city.head[edge], city.area[tail], d.kind[rows], d.permille[rows], d.delay[rows], d.until[rows]
        return tuple(
            Disruption(start, end, area, Upset(kind), speed / 1000, delay / 1000, until)
            for start, end, area, kind, speed, delay, until in np.stack(columns).T.tolist()
        )

    def luck(self, entity: int, occasion: int = 0) -> float:
        """A keyed uniform number for a policy that wants to toss a coin."""
        return self._twin.draws.uniform(Stream.POLICY, entity, occasion)
