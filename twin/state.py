"""Every mutable fact of a run as plain data (``snapshot`` takes it to and from a file).

Nothing that matters lives anywhere else: a process changes this data and then waits, and what it waits for is
a :class:`Wait` in here. So a run can be cut at any time, saved, restored and finished to the same fingerprint.
"""

from array import array
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from twin.units import NEVER


class Status(IntEnum):
    """Where a parcel is in its life."""

    NONE = 0
    ORDERED = 1
    BACKORDER = 2
    PICKING = 3
    READY = 4
    ABOARD = 5
    CARRIER = 6
    DELIVERED = 7
    RETURNED = 8
    CANCELLED = 9
    LOST = 10

    @property
    def is_final(self) -> bool:
        """Nothing more happens to it."""
        return self >= Status.DELIVERED


class Phase(IntEnum):
    """What happens when a wait is over. Numbers are part of the snapshot format: append only."""

    DAY = 0
    SESSION = 1
    PICKED = 2
    INBOUND = 3
    WAVE = 4
    DEPART = 5
    MISHAP = 6
    ARRIVE = 7
    SERVED = 8
    RESUME = 9
    HOME = 10
    CHARGED = 11
    LAUNCH = 12
    OVERHEAD = 13
    LANDED = 14
    TURNED = 15
    CARRIER = 16
    DUE = 17
    ANSWER = 18
    BACKORDER = 19
    NIGHT = 20
    ANSWERED = 21
    HUNG_UP = 22
    TURN = 23
    WITHDRAWN = 24
    REPLAN = 25
    WATCH = 26


class Wait(NamedTuple):
    """Something that will happen: what, to whom, when; ``seq`` (its key) orders what is due together."""

    due: int
    phase: int
    who: int


class Duty(IntEnum):
    """What a vehicle is doing."""

    IDLE = 0
    LOADING = 1
    DRIVING = 2
    SERVING = 3
    RESTING = 4
    STRANDED = 5
    CHARGING = 6
    FLYING = 7
    TURNING = 8
    GONE = 9


PARCELS = 3
"""Where the parcels begin in a stop of ``Unit.tour``."""


@dataclass(slots=True)
class Unit:
    """One vehicle. Distances in metres since midnight unless said, energy in watt-hours."""

    id: int
    group: int
    depot: int
    node: int
    battery_wh: int
    duty: int = Duty.IDLE
    wait: int = -1
    tour: list[list[int]] = field(default_factory=list)
    """Each stop: node, tw_early, believed arrival, then its parcels."""
    stop: int = 0
    next: list[list[int]] = field(default_factory=list)
    """Stops of the tour for which it will load when it is home: their parcels wait for it."""
    kept: list[int] = field(default_factory=list)
    """Parcels on board that it brings home without a visit."""
    outcome: int = 0
    load_g: int = 0
    load_ml: int = 0
    load_n: int = 0
    tour_m: int = 0
    way: list[int] = field(default_factory=list)
    """Edges from ``node`` to where it goes."""
    planned: int = 0
    """When that way was chosen."""
    driven: int = 0
    """How many of the edges it drives before it must turn, or all."""
    expected: int = 0
    """How long that way was believed to take."""
    delay: int = 0
    """What repairs on this way were expected to take."""
    shut: list[int] = field(default_factory=list)
    """Edges that it has found closed since it set out."""
    leg_m: int = 0
    """Metres of the edges that it drives."""
    today_m: int = 0
    progress_m: int = 0
    """Of those, what was behind it at the last mishap."""
    left: int = 0
    """When its tour left the depot."""
    moved: int = 0
    """When it last stood at ``node``: for the check of its speed."""
    breakdown_m: int = NEVER
    assist_m: int = NEVER
    assists: int = 0
    on_since: int = -1
    """When the duty began, for the law; wages are paid from ``duty_from``, which each midnight moves on."""
    duty_from: int = -1
    duty_to: int = -1
    rested: bool = False
    overnight: bool = False
    """It was out at midnight: the hours until then are paid."""
    used_wh: int = 0
    settled_wh: int = 0
    """Of the energy used, that whose carbon is written down."""
    charged_wh: int = 0
    """Energy used and charged since the start, for the balance."""
    sortie: int = 0
    """Sorties flown, for its luck."""


@dataclass(slots=True)
class Replan:
    """What a depot's router is to be asked next, between the waves."""

    wait: int = -1
    """Sequence number of the pending plan, -1 none."""
    mask: int = 0
    """Its triggers, a bit each."""
    units: list[int] = field(default_factory=list)
    """Vehicles to which something has happened."""
    last: int = -1
    """When the last plan was made."""
    pace: int = 1000
    """How fast streets were then, in thousandths of what they usually are."""


@dataclass(slots=True)
class TwinState:
    """The state of a run. Columns have one entry a session, a parcel, or (product of) areas.

    Attributes
    ----------
    now, seq : int
        The clock and the next sequence number.
    pending : dict of int to Wait
        What everybody waits for, by sequence number.
    status, holder, depot, attempts, sortie, goal, told, flags : columns of parcels
        ``holder`` is the depot, vehicle or carrier that has it (by status); ``sortie`` the mode or -1;
        ``goal`` a locker's node or -1; ``told`` a bit for each (cause, channel) already sent.
    early, late, left, order_flags, messages, seen : columns of sessions
        The promise (``late`` 0: no order), parcels not yet final, what befell the order, messages sent, when
        the last dispatch message is seen.
    """

    now: int
    seq: int
    pending: dict[int, Wait]
    # parcels
    status: bytearray
    holder: "array[int]"
    depot: "array[int]"
    attempts: bytearray
    sortie: "array[int]"
    goal: "array[int]"
    told: "array[int]"
    flags: bytearray
    # sessions
    early: "array[int]"
    late: "array[int]"
    left: bytearray
    order_flags: bytearray
    messages: bytearray
    seen: "array[int]"
    asked: dict[int, int]
    """Parcels whose customer was asked for the right address -> when."""
    decided: dict[int, list[int]]
    """Parcels on their way back: remedy and cause."""
    next_session: int
    due: dict[int, list[int]]
    """Orders by the time their promise ends."""
    # customers
    propensity: "array[int]"
    """Millionths of the base rate."""
    # depots
    ready: list[dict[int, int]]
    """By depot: parcels on the floor for the streets -> when they came."""
    aloft: list[list[tuple[int, int]]]
    """By depot: heap of (end of promise, parcel) for sorties."""
    held: dict[int, int]
    """Parcels that were told to wait for better weather -> until when."""
    launch: list[int]
    """By depot: sequence number of the pending look at the sorties, -1 none."""
    pickers: list[list[int]]
    docks: list[list[int]]
    chargers: list[list[int]]
    """By depot: heaps of when each is free."""
    # the contact centre
    agents: list[int]
    """Heap of when each is free."""
    calls: dict[int, int]
    """Orders whose customer waits for an agent -> since when."""
    # stock, (mfcs * skus,)
    shelf: "array[int]"
    record: "array[int]"
    reserved: "array[int]"
    received: "array[int]"
    sold: "array[int]"
    opening: "array[int]"
    inbound: list[list[int]]
    """Replenishments on their way: mfc, sku, units."""
    # vehicles
    units: list[Unit]
    seats: list[int]
    """By fleet group: sorties and robovans that may still go out under the operators on duty."""
    operators: list[list[int]]
    """By fleet group: heaps of when each operator is free."""
    # carriers
    handed: list[int]
    """By carrier: parcels handed over today."""
    queue: list[list[tuple[int, int, int, int]]]
    """By carrier: heap of (time, parcel, outcome, attempt)."""
    carrier_wait: list[int]
    # what operations have learnt
    tries: "array[float]"
    hits: "array[float]"
    """(areas * 25 * 8,) attempts and successes by area, hour (24: all day), mode; forgotten by half-life."""
    carrier_tries: "array[float]"
    carrier_hits: "array[float]"
    """(carriers * areas,)."""
    own_tries: "array[float]"
    own_hits: "array[float]"
    """(areas * 8,) deliveries of our own and those on time, by area and way: 0 the streets, else the sortie's mode."""
    driver_tries: "array[float]"
    driver_hits: "array[float]"
    """By vehicle: attempts of its driver and successes; forgotten by half-life."""
    visits: dict[int, int]
    """vehicle << 32 | area -> stops that its driver has made there."""
    legs: list[list[float]]
    """By hour of the day: legs driven, and the sums of actual over believed time and of its square; forgotten."""
    brought: list[float]
    hours_out: list[float]
    """By depot: parcels that street vehicles brought, and how long they were out; forgotten by half-life."""
    taken: list[dict[int, int]]
    """By depot: parcels that joined the floor for the streets, by the slot promised."""
    behind: list[int]
    """By depot: parcels on the floor at the last wave whose promise had ended."""
    slot_kept: list[float]
    slot_ended: list[float]
    booked: dict[int, int]
    ordered: "array[int]"
    """(days * areas,) parcels ordered."""
    demand: "array[int]"
    """(depots * skus,) units ordered, by nearest depot."""
    knobs: dict[int, int]
    """knob << 32 | key -> value."""
    forecast: list[list[float]]
    """mean, low, high by area for ``forecast_day``."""
    forecast_day: int
    # planning between the waves
    replans: list[Replan]
    """By depot."""
    watch: int = -1
    """Sequence number of the next look at streets and weather, -1 none."""
    closed: bool = False
    """The horizon is over and its books are closed."""
    # books
    trace: bytes = b""
    costs: bytes = b""
