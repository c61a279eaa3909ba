"""A view written down by hand: what a policy sees, without a twin behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.draws import Draws, Stream
from twin.entities import FAR, Dispatch, Disruption, Forecast, Knob, TimeWindow
from twin.specs import CarrierSpec, Operation
from twin.units import DAY, HOUR, MINUTE, clock

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_WINDY_ZONE_MPS = 4.0
_RAINY_HOUR = 17
_BUSY_HOURS = (16, 17)


@dataclass
class PlainView:
    """What operations know, as plain data: it answers like :class:`~twin.view.View`.

    Attributes
    ----------
    orders : (days, areas) float64
        Parcels ordered, today's row last.
    sales, stocks, coming, opening : (depots, skus) int64
        Sold near each micro-fulfilment centre, on its record, on their way to it, and what it opened with.
    attempts : mapping from (area, hour, mode) to (successes, attempts)
        Observed with our own fleet.
    carrier_area : mapping from (carrier, area) to (on time, delivered or lost)
    slot : mapping from index of a window to (kept, ended)
    drivers : mapping from vehicle to (successes, attempts)
    visited : mapping from (vehicle, area) to stops
    """

    now: int
    weekday: int
    orders: Floats
    sales: Ints
    stocks: Ints
    coming: Ints
    opening: Ints
    operation: Operation
    carriers: tuple[CarrierSpec, ...] = ()
    dispatch: Dispatch | None = None
    forecast: Forecast | None = None
    knob_values: Mapping[tuple[int, int], int] = field(default_factory=dict)
    attempts: Mapping[tuple[int, int, int], tuple[int, int]] = field(default_factory=dict)
    carrier_area: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    slot: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    disturbed: tuple[Disruption, ...] = ()
    drivers: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    visited: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @property
    def day(self) -> int:
        """Days since the first midnight."""
        return self.now // DAY

    @property
    def areas(self) -> int:
        """How many areas."""
        return int(self.orders.shape[1])

    @property
    def depots(self) -> int:
        """How many depots."""
        return int(self.stocks.shape[0])

    @property
    def skus(self) -> int:
        """How many products."""
        return int(self.stocks.shape[1])

    def nearest_depot(self, area: int) -> int:
        """Areas are dealt to depots in turn."""
        return area % self.depots

    def zone(self, area: int) -> int:
        """Four areas are a zone."""
        return area // 4

    def knob(self, knob: Knob, key: int) -> int:
        """What an adapter has set."""
        return self.knob_values.get((knob, key), 0)

    def knobs(self) -> Mapping[tuple[int, int], int]:
        """Everything adapters have set."""
        return self.knob_values

    def orders_by_day(self) -> Floats:
        """Parcels ordered, by day and area."""
        return self.orders

    def sold(self) -> Ints:
        """Units ordered so far, by product."""
        total: Ints = self.sales.sum(axis=0)
        return total

    def sold_at(self, mfc: int) -> Ints:
        """Units ordered so far that this centre is nearest to."""
        return np.asarray(self.sales[mfc], dtype=np.int64)

    def stock(self, mfc: int) -> Ints:
        """Units on record."""
        return np.asarray(self.stocks[mfc], dtype=np.int64)

    def in_transit(self, mfc: int) -> Ints:
        """Units that are coming."""
        return np.asarray(self.coming[mfc], dtype=np.int64)

    def opening_stock(self, mfc: int) -> Ints:
        """Units it opened with."""
        return np.asarray(self.opening[mfc], dtype=np.int64)

    def success(self, area: int, hour: int | None = None, mode: int | None = None) -> tuple[int, int]:
        """Successes and attempts."""
        cells = self.attempts.items()
        return _sum(seen for (a, h, m), seen in cells if a == area and hour in (None, h) and mode in (None, m))

    def driver_record(self, vehicle: int) -> tuple[float, float]:
        """What a driver has done."""
        return self.drivers.get(vehicle, (0.0, 0.0))

    def visits(self, vehicle: int, area: int) -> int:
        """Where a driver has been."""
        return self.visited.get((vehicle, area), 0)

    def leg_record(self, hour: int) -> tuple[float, float, float]:
        """Legs take as long as believed, give or take a quarter."""
        return 40.0 + hour, 1.0, 0.0625

    def flyable(self, vehicle: int, time: int, area: int) -> bool:
        """Not in the rain, but for vehicle 0."""
        return vehicle == 0 or self.weather_forecast(time, area)[1] == 0.0

    def carrier_record(self, carrier: int, area: int | None = None) -> tuple[int, int]:
        """Deliveries on time, and all that ended."""
        return _sum(seen for (c, a), seen in self.carrier_area.items() if c == carrier and area in (None, a))

    def slot_record(self, window_of_day: int) -> tuple[int, int]:
        """Promises kept, and all that ended."""
        return self.slot.get(window_of_day, (0, 0))

    def window_index(self, window: TimeWindow) -> int:
        """Which of the operation's windows this is."""
        times = [(clock(early), clock(late)) for early, late in self.operation.windows]
        return times.index((window.early % DAY, window.early % DAY + window.late - window.early))

    def weather_forecast(self, time: int, area: int) -> tuple[float, float]:
        """Wind in m/s and rain in mm/h."""
        return _WINDY_ZONE_MPS + self.zone(area), float(time // HOUR % 24 == _RAINY_HOUR)

    def disruptions(self) -> tuple[Disruption, ...]:
        """Streets that are known to be disturbed."""
        return self.disturbed

    def durations(self, profile: int, leaving: int) -> Ints:
        """As in the dispatch; from four to six in the afternoon everything takes a quarter longer."""
        if self.dispatch is None:
            raise LookupError("durations were asked for while view.dispatch is None")
        size = len(self.dispatch.stops) + 1
        usual = self.dispatch.duration[profile][:size, :size]
        busy = leaving // HOUR % 24 in _BUSY_HOURS
        return np.asarray(np.where(usual < FAR, usual * 5 // 4, usual) if busy else usual, dtype=np.int64)

    def travel(self, node_a: int, node_b: int) -> int:
        """Nodes are on a line, a minute apart."""
        return abs(node_a - node_b) * MINUTE

    def luck(self, entity: int, occasion: int = 0) -> float:
        """A number in [0, 1) that belongs to this entity and occasion."""
        return Draws(0).uniform(Stream.POLICY, entity, occasion)


def _sum(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    good, count = 0, 0
    for some, of in pairs:
        good, count = good + some, count + of
    return good, count
