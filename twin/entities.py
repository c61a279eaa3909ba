"""The frozen nouns: what the twin and the policies talk about.

Ids are small integers issued by the scenario before any policy acts. Times are integer milliseconds
since the first midnight, money integer micro-dollars, weights grams, volumes millilitres. What is made thousands of
times a day is a named tuple: five times cheaper to make than a frozen dataclass, and as frozen.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

IntMatrix = NDArray[np.int64]


class Street(IntEnum):
    """Classes of street, from slow to fast."""

    RESIDENTIAL = 0
    COLLECTOR = 1
    ARTERIAL = 2
    EXPRESSWAY = 3


class Upset(IntEnum):
    """What disturbs a street."""

    INJURY_CRASH = 0
    DAMAGE_CRASH = 1
    BREAKDOWN = 2
    OBSTACLE = 3
    WORKS = 4
    CLOSURE = 5


class District(IntEnum):
    """What an area is like: it decides parking and service time."""

    CORE = 0
    URBAN = 1
    SUBURB = 2


class Dwelling(IntEnum):
    """Where somebody lives: it decides access, safe place and service time."""

    PORCH = 0
    HOUSE = 1
    APARTMENT = 2
    LOCKED = 3
    OFFICE = 4


class Segment(IntEnum):
    """What a customer looks for at checkout (McKinsey 2016: most want cheap, some want fast)."""

    PRICE = 0
    BALANCED = 1
    SPEED = 2


class Mode(IntEnum):
    """How a parcel moves with our own fleet."""

    VAN = 0
    EVAN = 1
    BIKE = 2
    CAR = 3
    ROBOVAN = 4
    ROBOT = 5
    DRONE = 6

    @property
    def is_sortie(self) -> bool:
        """Goes out with one parcel and comes back, off the street network."""
        return self >= Mode.ROBOT

    @property
    def has_driver(self) -> bool:
        """A person is on board and walks to the door."""
        return self <= Mode.CAR


class Channel(IntEnum):
    """How a message travels."""

    SMS = 0
    WHATSAPP = 1
    EMAIL = 2


class Cause(IntEnum):
    """Why something happened: of a message, an exception, a cancellation, a broken promise."""

    NONE = 0
    CONFIRMED = 1
    DISPATCHED = 2
    DELIVERED = 3
    ABSENT = 4
    ACCESS = 5
    ADDRESS = 6
    HANDOFF = 7
    NO_DROP_POINT = 8
    SHORT_STOCK = 9
    OUT_OF_STOCK = 10
    BREAKDOWN = 11
    WEATHER = 12
    SHIFT_END = 13
    ABORTED = 14
    LOST_AIRCRAFT = 15
    CARRIER_DELAY = 16
    CARRIER_LOSS = 17
    CAPACITY = 18
    NO_REMEDY = 19
    UNREACHABLE = 20
    LATE = 21
    ENERGY = 22
    LOCKER_FULL = 23
    HORIZON = 25
    CLOSED = 26
    WITHDRAWN = 27


class Remedy(IntEnum):
    """What can be done about an exception."""

    REATTEMPT = 0
    NEIGHBOUR = 1
    LOCKER = 2
    CONTACT = 3
    RETURN = 4
    RESOURCE = 5
    SUBSTITUTE = 6
    BACKORDER = 7
    CANCEL = 8
    GROUND = 9


class Trigger(IntEnum):
    """Why a router is asked: the wave of the timetable, or something that has happened since the last plan."""

    WAVE = 0
    ORDER = 1
    """A parcel is packed and waits on the floor."""
    CANCELLED = 2
    """A customer does not want any more what is on board."""
    CLOSURE = 3
    """A street is reported closed, or open again."""
    TRAFFIC = 4
    """The streets have become faster or slower than when the last plan was made."""
    WEATHER = 5
    """It begins or ends to rain or snow, or a limit of the fleet is passed."""
    BREAKDOWN = 6
    """A vehicle stands with a repair or waits for an operator."""
    LATE = 7
    """A driver is late against the plan."""
    HOME = 8
    """A vehicle is back and could leave again."""
    LAUNCH = 9
    """A hub has parcels that may fly or roll now, and vehicles for them: who takes what, and what waits?"""


class Knob(IntEnum):
    """What an adapter may change; the view shows the value to every other policy."""

    EVENING_FIRST = 0
    """Area id -> 1: plan this area's stops for the evening wave."""
    AVOID_MODE = 1
    """Area id * 8 + mode -> 1: do not use the mode in the area."""
    AVOID_CARRIER = 2
    """Carrier id -> 1: hand nothing to this carrier."""
    PROMISE_SLACK = 3
    """Area id -> extra milliseconds that the promise keeps in hand."""


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """When something may happen, both ends included.

    Raises
    ------
    ValueError
        If ``late`` is before ``early``.
    """

    early: int
    late: int

    def __post_init__(self) -> None:
        if self.late < self.early:
            raise ValueError(f"late(={self.late}) must be >= early(={self.early})")


class Session(NamedTuple):
    """Somebody at the checkout: who, where, when, and the parcels it would become."""

    id: int
    time: int
    customer: int
    node: int
    area: int
    dwelling: Dwelling
    segment: Segment
    parcels: range


class Slot(NamedTuple):
    """A delivery window that operations could promise to a session, and how full it is.

    ``booked`` and ``capacity`` count parcels of the whole operation; ``ready`` is when the goods could leave.
    """

    window: TimeWindow
    cut_off: int
    booked: int
    capacity: int
    ready: int


class Offer(NamedTuple):
    """A window and its price, as shown to the customer."""

    window: TimeWindow
    price: int


class Parcel(NamedTuple):
    """What operations know of a parcel. ``address_ok`` is None until somebody has checked."""

    id: int
    order: int
    node: int
    area: int
    dwelling: Dwelling
    weight_g: int
    volume_ml: int
    promise: TimeWindow
    attempts: int = 0
    depot: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Parcels for one door: one stop of a tour. Names of sizes and windows follow PyVRP."""

    node: int
    parcels: tuple[int, ...]
    tw_early: int
    tw_late: int
    service_duration: int
    weight_g: int
    volume_ml: int
    area: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What a router knows of a vehicle: one that can leave now, or one that is away on a tour.

    ``tw_early`` to ``tw_late`` is the working time left; ``range_m`` what its energy allows;
    ``fixed_cost``, ``unit_distance_cost`` (micro-dollars a metre) and ``unit_duration_cost``
    (micro-dollars a second) what using it costs. One that is away is expected to be free at ``tw_early`` at the place
    ``start`` (a row of the dispatch's matrices), after the stop that it drives to or stands at; ``aboard`` are the
    stops that it has loaded, as indices of the dispatch's stops in the order of its tour. To take more it has to come
    home first, where loading takes ``handling`` milliseconds a parcel. Until ``paid_to`` its driver is paid whatever it
    does: a duty is paid from its first loading to its last return, and for some hours at least; -1 without a driver.
    ``rest`` milliseconds of break are owed at the first stop that is over at ``rest_at`` or later; 0 owes none.
    """

    id: int
    mode: Mode
    capacity_g: int
    capacity_ml: int
    capacity_parcels: int
    tw_early: int
    tw_late: int
    range_m: int
    fixed_cost: int
    unit_distance_cost: int
    unit_duration_cost: int
    profile: int = 0
    away: bool = False
    start: int = 0
    aboard: tuple[int, ...] = ()
    handling: int = 0
    paid_to: int = -1
    rest: int = 0
    rest_at: int = -1


@dataclass(frozen=True, slots=True)
class Tour:
    """A vehicle and the stops it visits, in order, from where it is and back to its depot.

    Of a vehicle that is away: first stops that it has on board (those left out it brings home), then stops from the
    floor, for which it comes home in between. ``saves`` is what the router expects the change to save, in
    micro-dollars; it is written down, and decides nothing.
    """

    vehicle: int
    stops: tuple[Stop, ...]
    saves: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Dispatch:
    """What there is to plan: stops, vehicles, and what operations believe about travel.

    Attributes
    ----------
    depot : int
        Index of the depot.
    stops : tuple of Stop
        What waits there, and what vehicles that are away have on board.
    vehicles : tuple of Vehicle
        What can leave, and, for a router that wants to be asked between the waves, what is away. Who is away and gets
        no tour keeps the one it has.
    duration, distance : tuple of (n, n) int64 arrays
        Believed milliseconds and metres, one matrix for each ``Vehicle.profile``; row and column 0 are the
        depot, ``i + 1`` is ``stops[i]``, then come the places where vehicles that are away will be free.
        Unreachable pairs hold ``FAR``, and so do those that no vehicle goes between: on the floor, and on board.
    time : int
        When the tours would leave.
    triggers : tuple of Trigger
        Why there is a plan to make.
    """

    depot: int
    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    duration: tuple[IntMatrix, ...]
    distance: tuple[IntMatrix, ...]
    time: int
    triggers: tuple[Trigger, ...] = (Trigger.WAVE,)

    @property
    def waiting(self) -> list[int]:
        """Indices of the stops that wait on the floor."""
        aboard = {stop for vehicle in self.vehicles for stop in vehicle.aboard}
        return [stop for stop in range(len(self.stops)) if stop not in aboard]


FAR = 1 << 40
"""Milliseconds or metres between places without a path: larger than any horizon, small enough to add."""


class CarrierOffer(NamedTuple):
    """One way for a parcel to go: our own fleet by mode group, or a carrier.

    ``on_time`` and ``trials`` are what has been observed of deliveries in this parcel's area, old ones weighing less;
    ``stated_on_time`` is what the contract says. ``price`` is the expected cost of the delivery.
    """

    carrier: int
    name: str
    sortie: Mode | None
    price: int
    expected: int
    stated_on_time: float
    on_time: float
    trials: float


OWN = -1
"""``CarrierOffer.carrier`` of our own fleet; ``sortie`` tells a drone or a robot from the streets."""


class Trouble(NamedTuple):
    """An exception: what went wrong with which parcel, and how often already."""

    parcel: Parcel
    cause: Cause
    time: int


class RemedyOffer(NamedTuple):
    """A remedy that is possible now, what it is expected to cost, and how often it has worked."""

    remedy: Remedy
    price: int
    expected: int
    success: float


class Notice(NamedTuple):
    """Something a customer could be told: about which parcel, why, and through which channels."""

    parcel: int
    order: int
    cause: Cause
    channels: tuple[Channel, ...]
    already: int
    eta: TimeWindow


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Parcels expected on a day, by area, with an interval of 80 %.

    Attributes
    ----------
    day : int
    mean, low, high : (areas,) float64 arrays
    """

    day: int
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Disruption(NamedTuple):
    """What operations know of a disturbed street: from node to node, what it is, and until when it is thought to last.

    ``speed`` is the factor on the speed, 0 when the street is closed; ``delay`` the factor on the usual delay.
    """

    tail: int
    head: int
    area: int
    upset: Upset
    speed: float
    delay: float
    until: int


@dataclass(frozen=True, slots=True)
class Replenishment:
    """Units of a product that a micro-fulfilment centre orders for tomorrow morning."""

    mfc: int
    sku: int
    units: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of strategy: ``knob`` for ``key`` becomes ``value`` (0 takes it back)."""

    knob: Knob
    key: int
    value: int
    why: str = field(default="", compare=False)
