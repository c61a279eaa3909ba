"""What a configuration says, checked at construction: vehicles, carriers, people, the operation.

Every class here is a frozen pydantic dataclass: a wrong value raises at once with the key and the value.
Where a default comes from, with its grade and range, is in ``evidence``; a letter in brackets here is that grade.
"""

from dataclasses import field
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from twin.entities import Mode
from twin.units import STRICT, Clock, Count, NonNeg, Pos, PosInt, Real, Share, clock


def _mode(value: Any) -> Any:
    if isinstance(value, Mode):
        return value
    if isinstance(value, str) and value.upper() in Mode.__members__:
        return Mode[value.upper()]
    raise ValueError(f"is not one of {', '.join(m.name.lower() for m in Mode)}")


Days = Annotated[float, Field(strict=True, gt=0, le=1e18)]
"""A half-life; the longest forget nothing at all."""
Cv = Annotated[float, Field(strict=True, ge=0, le=10)]
Speed = Annotated[float, Field(strict=True, gt=0, le=400)]
CARRIER_NAME = "[a-z][a-z0-9_-]{0,40}"
ModeName = Annotated[Mode, BeforeValidator(_mode)]


@dataclass(frozen=True, config=STRICT)
class Limits:
    """Weather in which a vehicle may leave.

    Defaults are those of a vehicle that any weather but a snowstorm leaves alone (D).
    """

    wind_mps: Pos = 30.0
    gust_mps: Pos = 40.0
    rain_mmh: NonNeg = 100.0
    snow_mmh: NonNeg = 20.0
    visibility_m: NonNeg = 100.0
    coldest_c: Real = -40.0
    hottest_c: Real = 55.0

    @model_validator(mode="after")
    def _ordered(self) -> "Limits":
        if self.coldest_c >= self.hottest_c:
            raise ValueError(f"coldest_c(={self.coldest_c}) must be < hottest_c(={self.hottest_c})")
        return self


@dataclass(frozen=True, config=STRICT)
class VehicleKind:
    """One kind of vehicle and what it can, costs and suffers."""

    mode: ModeName
    capacity_kg: Pos
    capacity_l: Pos
    capacity_parcels: PosInt
    speed_kmh: tuple[Speed, Speed, Speed, Speed]
    """Highest speed on residential, collector, arterial, expressway; a sortie uses the first."""
    fixed_usd_day: NonNeg
    running_usd_km: NonNeg
    capex_usd: NonNeg = 0.0
    life_days: Pos = 2555.0
    wage_usd_h: NonNeg = 0.0
    burden: Annotated[float, Field(strict=True, ge=1, le=3)] = 1.35
    shift_start: Clock = "08:30"
    shift_h: Pos = 9.0
    max_duty_h: Pos = 11.0
    overtime_after_h: Pos = 8.0
    overtime_factor: Annotated[float, Field(strict=True, ge=1, le=5)] = 1.5
    break_after_h: Pos = 4.5
    break_min: NonNeg = 45.0
    battery_kwh: NonNeg = 0.0
    """0: burns fuel, whose price is in ``running_usd_km``."""
    kwh_km: NonNeg = 0.0
    charge_kw: NonNeg = 0.0
    reserve: Share = 0.15
    """Share of the battery that a plan must leave."""
    gco2_km: NonNeg = 0.0
    vehicles_per_operator: Count = 0
    """0: needs no remote operator."""
    operator_usd_h: NonNeg = 50.0
    assist_km: NonNeg = 0.0
    """Mean kilometres between assists by a remote operator; 0: none."""
    assist_min: NonNeg = 2.5
    breakdown_km: NonNeg = 20_000.0
    """Mean kilometres between breakdowns; 0: none."""
    repair_min: NonNeg = 60.0
    repair_usd: NonNeg = 250.0
    handling_s: NonNeg = 12.0
    """To load one parcel at the depot."""
    radius_km: NonNeg = 0.0
    """A sortie's reach; 0: no limit."""
    detour: Annotated[float, Field(strict=True, ge=1, le=3)] = 1.0
    """A sortie's way over the straight line."""
    drop_s: NonNeg = 60.0
    """A sortie's time at the door."""
    cycle_s: NonNeg = 120.0
    """A sortie's time at the hub between two flights: load, swap or charge, checks."""
    abort: Share = 0.0
    loss: Share = 0.0
    recipient_failure: Share = 0.0
    handoff: Share = 0.92
    """A kerb hand-off's success when the customer is told (a robovan)."""
    mass_kg: Pos = 6.0
    limits: Limits = field(default_factory=Limits)

    @model_validator(mode="after")
    def _possible(self) -> "VehicleKind":
        if self.max_duty_h < self.shift_h:
            raise ValueError(f"max_duty_h(={self.max_duty_h}) must be >= shift_h(={self.shift_h})")
        if clock(self.shift_start) / 3_600_000 + self.max_duty_h > 24:
            raise ValueError(f"shift_start(={self.shift_start}) plus max_duty_h(={self.max_duty_h}) must end by 24:00")
        if self.battery_kwh > 0 and not (self.kwh_km > 0 or self.mode is Mode.DRONE):
            raise ValueError(f"kwh_km(={self.kwh_km}) must be > 0 for a vehicle with a battery")
        if self.battery_kwh > 0 and self.charge_kw == 0:
            raise ValueError(f"charge_kw(={self.charge_kw}) must be > 0 for a vehicle with a battery")
        if self.mode.is_sortie and self.battery_kwh == 0:
            raise ValueError(f"battery_kwh(={self.battery_kwh}) must be > 0 for a {self.mode.name.lower()}")
        if self.assist_km > 0 and not self.vehicles_per_operator:
            raise ValueError(f"vehicles_per_operator(={self.vehicles_per_operator}) must be > 0 where assist_km is")
        if self.mode.has_driver and self.wage_usd_h == 0:
            raise ValueError(f"wage_usd_h(={self.wage_usd_h}) must be > 0 for a vehicle with a driver")
        return self


@dataclass(frozen=True, config=STRICT)
class FleetGroup:
    """So many vehicles of a kind, shared out evenly over the depots."""

    kind: VehicleKind
    count: Annotated[int, Field(strict=True, ge=0, le=20_000)]
    operators: Count | None = None
    """Remote operators on duty; without it as many as the kind's ratio asks for."""


@dataclass(frozen=True, config=STRICT)
class CarrierSpec:
    """A third-party carrier: tariff, capacity, cut-off, and a service level that falls with load.

    On-time: logit(p) = logit(``on_time``) - ``load_slope`` * log(2 * load / capacity) + city and day effects, so
    ``on_time`` is the service at half load (evidence 7: sigma .35 and .25, D). The tariff is a + b * kg, plus fuel and
    residential surcharges.
    """

    name: Annotated[str, Field(strict=True, pattern=f"^{CARRIER_NAME}$")]
    base_usd: NonNeg
    per_kg_usd: NonNeg
    fuel: NonNeg = 0.18
    capacity: PosInt = 500
    """Parcels a day."""
    cut_off: Clock = "16:00"
    days: Count = 1
    """Working days from hand-over to delivery; 0: the same evening."""
    hour: Clock = "14:00"
    """When the median parcel is delivered on its day."""
    on_time: Annotated[float, Field(strict=True, gt=0, lt=1)] = 0.955
    load_slope: NonNeg = 0.5
    city_sigma: NonNeg = 0.35
    day_sigma: NonNeg = 0.25
    first_attempt: Share = 0.94
    loss: Share = 0.002
    kgco2: NonNeg = 0.25
    """Per parcel, last mile."""


@dataclass(frozen=True, config=STRICT)
class Strike:
    """A strike at the carriers: on its days each takes a part of what it did, and is late more often."""

    capacity: Share = 1.0
    """Of each carrier's capacity that is left."""
    on_time_logit: NonNeg = 0.0
    """What it takes off the logit of being on time, beside what the load takes."""
    first_day: Annotated[int, Field(strict=True, ge=0, le=364)] = 0
    days: Annotated[int, Field(strict=True, ge=0, le=365)] = 365

    def on(self, day: int) -> bool:
        """Whether the carriers strike on a day of the run."""
        return self.first_day <= day < self.first_day + self.days


@dataclass(frozen=True, config=STRICT)
class Operation:
    """How the operation works: waves, windows, people at the depot, prices that are not a vehicle's."""

    waves: Annotated[tuple[Clock, ...], Field(min_length=1, max_length=48)] = ("09:00", "13:00", "17:00")
    windows: Annotated[tuple[tuple[Clock, Clock], ...], Field(min_length=1, max_length=24)] = (
        ("10:00", "14:00"),
        ("14:00", "18:00"),
        ("18:00", "21:00"),
    )
    """What may be promised on any day."""
    slot_parcels: PosInt | None = None
    """Parcels that one window of the operation takes; a full window is not offered. Left out, what vehicles, sorties
    and carriers could bring."""
    promise_days: Annotated[int, Field(strict=True, ge=1, le=14)] = 2
    """How many days ahead windows are offered, today included."""
    pickers: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 6
    """Per micro-fulfilment centre."""
    pick_hours: tuple[Clock, Clock] = ("06:00", "20:00")
    pick_min: Pos = 3.0
    """Median minutes of one picker for one parcel; 100-150 lines/h in a dark store (M)."""
    pick_cv: Cv = 0.5
    pick_usd: NonNeg = 2.2
    """Per parcel picked: $1.50-4.00 an order (evidence 9, C)."""
    docks: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 4
    chargers: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 4
    energy_usd_kwh: NonNeg = 0.14
    charging: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.9
    """Efficiency of a depot's chargers: the meter counts what the battery gets, over it (evidence 15, M)."""
    grid_kgco2_kwh: NonNeg = 0.367
    """US mean 2023 (EIA, A)."""
    skus: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 200
    stock_days: Annotated[float, Field(strict=True, gt=0, le=365)] = 4.0
    """Days of demand with which each micro-fulfilment centre opens."""
    holding_usd_unit_day: NonNeg = 0.02
    transfer_usd: NonNeg = 1.2
    """To bring one unit from the regional centre or another micro-fulfilment centre (D)."""
    inbound: Clock = "06:00"
    """When the regional centre's goods arrive."""
    phantom: Share = 0.01
    """Lines that the record has and the shelf has not, at the pick (evidence 9, D)."""
    cleansed: Share = 0.76
    """Bad addresses caught at checkout: 0.025 before, 0.006 after (evidence 3, D)."""
    hub_usd_day: NonNeg = 0.0
    """Fixed cost of a depot a day; sortie hubs bring their own in ``fixed_usd_day``."""
    max_attempts: Annotated[int, Field(strict=True, ge=1, le=9)] = 3
    return_usd: NonNeg = 10.0
    """Return to sender: $8-12 (evidence 3, D)."""
    contact_usd: tuple[NonNeg, NonNeg, NonNeg] = (5.5, 3.0, 0.25)
    """Person, chat, self-service (evidence 5, C)."""
    agents: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 2
    """People who answer those who want a person; their wage is in the cost of a contact."""
    call_min: Pos = 6.0
    """Mean minutes of a call: 5-7 in contact centres of retailers (M)."""
    patience_min: NonNeg | None = 10.0
    """Mean minutes until who waits hangs up (Brown et al. 2005, M); without it everybody waits."""
    message_usd: tuple[NonNeg, NonNeg, NonNeg] = (0.012, 0.014, 0.0006)
    """SMS, WhatsApp, e-mail (evidence 5, C)."""
    parcel_value_usd: NonNeg = 65.0
    """Of the goods in a parcel, paid when it is lost (evidence 8, D)."""
    goods_margin: Share = 0.30
    """Share of the value that a delivered parcel earns (evidence 8, D)."""
    memory_days: Days = 21.0
    """Half-life of what is learnt of success by area and carrier (evidence 16.5, D)."""
    promise_memory_days: Days = 3.0
    """Half-life of the record of promises kept by window: today's backlog tells more than last month (D)."""
    locker_usd: NonNeg = 0.6
    street_usd: NonNeg = 2.5
    """What one more parcel on a tour is expected to cost: most of a van's day is paid for anyway."""
    ground_usd: NonNeg = 2.0
    """To take by street what could not fly."""
    substitute_usd: NonNeg = 2.0
    """To send another product and say so."""
    cancel_usd: NonNeg = 5.0
    """Refund, apology, goodwill."""
    card_usd: NonNeg = 0.5
    """A note through the door, or a word with the neighbour."""
    live_traffic: Share = 0.5
    """How much of what streets are faster or slower now than usual is believed to last as long as a plan: noise is
    forgotten in about half an hour, a bad day is not (D)."""
    plan_min: NonNeg = 1.0
    """Minutes from what gives cause to plan anew until the new plan is with the drivers (D)."""
    replan_min: Pos = 10.0
    """Least minutes between two plans of a depot, so that drivers are not redirected all the time (D)."""
    late_min: Pos = 10.0
    """From so many minutes behind the plan on a driver gives cause to plan anew (D)."""
    traffic_shift: Pos = 0.1
    """From such a relative change of the speed of all streets since the last plan on, traffic gives cause (D)."""

    @model_validator(mode="after")
    def _possible(self) -> "Operation":
        for early, late in self.windows:
            if clock(late) <= clock(early):
                raise ValueError(f"windows: {late!r} must be after {early!r}")
            if clock(late) <= clock(self.waves[0]):
                raise ValueError(f"windows: {early!r} to {late!r} is over before the first wave at {self.waves[0]!r}")
        if len({(clock(early), clock(late)) for early, late in self.windows}) < len(self.windows):
            raise ValueError(f"windows(={[list(window) for window in self.windows]}) must differ from each other")
        times = [clock(wave) for wave in self.waves]
        if sorted(set(times)) != times or times[-1] >= clock("24:00"):
            raise ValueError(f"waves(={list(self.waves)}) must rise through the day, the last before '24:00'")
        if clock(self.pick_hours[1]) <= clock(self.pick_hours[0]):
            raise ValueError(f"pick_hours(={list(self.pick_hours)}) must end after they begin")
        return self


_WEEKDAY = (
    (0.95,) * 7
    + (0.95, 0.70, 0.48, 0.48, 0.48, 0.45, 0.45, 0.45, 0.55, 0.55, 0.68, 0.85, 0.85, 0.85)
    + (0.90, 0.95, 0.95)
)
_KERB = (0.6,) * 6 + (0.8, 0.9) + (0.94,) * 9 + (0.96,) * 4 + (0.94, 0.9, 0.7)
_KERB_WAIT = (1.2,) * 9 + (1.0,) * 8 + (0.9,) * 4 + (1.0, 1.2, 1.2)
_WEEKEND = (0.95,) * 8 + (0.80,) + (0.75,) * 12 + (0.85, 0.90, 0.95)


@dataclass(frozen=True, config=STRICT)
class People:
    """How customers behave: at home, at the door, at checkout, on the telephone.

    By dwelling means: porch, house without a safe place, open apartment, locked apartment, office.
    """

    presence_weekday: Annotated[tuple[Share, ...], Field(min_length=24, max_length=24)] = _WEEKDAY
    presence_weekend: Annotated[tuple[Share, ...], Field(min_length=24, max_length=24)] = _WEEKEND
    """P(someone home) by hour (evidence 3: shape from Florio, Feillet & Hartl 2018, levels D)."""
    office_hours: tuple[Clock, Clock] = ("08:30", "18:00")
    office_presence: Share = 0.97
    """P(somebody at an office opens) within them, on weekdays (D)."""
    presence_dwelling: tuple[Real, Real, Real, Real, Real] = (0.15, 0.15, -0.25, -0.25, 0.0)
    """What the dwelling adds to the logit: more people live in a house than in an apartment (D)."""
    presence_sigma: NonNeg = 0.8
    """Persistent effect of a customer on the logit (in the Changshu records a user's rate persists; D)."""
    withdrawn: Share = 0.02
    """Orders that the customer withdraws at some time between checkout and the end of the promise (D)."""
    notice_logit: NonNeg = 0.6
    """What a message seen in time adds to the logit of presence: failures x .75 (evidence 5, D)."""
    safe_place: tuple[Share, Share, Share, Share, Share] = (0.95, 0.76, 0.88, 0.73, 0.60)
    """A porch, a hall, a desk where a parcel is left. Set so that a first attempt by day fails as observed: 6 % times
    .5, 1.3, .9, 2.5, .4 by dwelling (evidence 3: 3-8 % in the US, B; multipliers D)."""
    driver_sigma: NonNeg = 0.25
    """Persistent effect of a driver on the logit of success (evidence 16.5, D)."""
    familiar: Annotated[float, Field(strict=True, ge=0, lt=1)] = 0.15
    """Part of searching and walking that a driver saves who knows an area well (Zhong, Hall & Dessouky 2007, M)."""
    familiar_visits: Pos = 20.0
    """Stops in an area after which half of that is saved (D)."""
    driver_pace_cv: Cv = 0.12
    """Spread of drivers' pace on foot and at the door, lognormal about 1 (D)."""
    neighbour: tuple[Share, Share, Share, Share, Share] = (0.25, 0.25, 0.25, 0.15, 0.35)
    no_access: tuple[Share, Share, Share, Share, Share] = (0.002, 0.002, 0.01, 0.06, 0.01)
    bad_address: Share = 0.025
    """Undeliverable before cleansing (evidence 3, D)."""
    answer: Share = 0.75
    """Answers within 4 h when asked for the right address (evidence 3, D)."""
    answer_h: Pos = 2.0
    service_s: tuple[Pos, Pos, Pos, Pos, Pos] = (75.0, 75.0, 150.0, 180.0, 120.0)
    service_cv: tuple[Cv, Cv, Cv, Cv, Cv] = (0.6, 0.6, 0.7, 0.8, 0.6)
    """Lognormal median and cv (evidence 2, D)."""
    extra_parcel_s: NonNeg = 15.0
    parking_s: tuple[NonNeg, NonNeg, NonNeg] = (98.0, 30.0, 8.0)
    """Median search for a place by district: core, urban, suburb; 2.3 min in the mean of a core (Dalla Chiara &
    Goodchild 2020, A; others D)."""
    parking_cv: Cv = 1.0
    parking_factor_bike: Share = 0.25
    parking_factor_kerb: Share = 0.2
    """Part of a driver's search that a vehicle without one needs: it stops at the kerb (D)."""
    locker_s: tuple[NonNeg, NonNeg] = (20.0, 10.0)
    """Seconds at a locker, and for each parcel: 5 to 10 times more parcels an hour than at doors (evidence 4, B)."""
    locker_room: Share = 0.98
    """Chance of a free compartment: full .02, at peak .10 (evidence 4, B)."""
    walk_s: tuple[NonNeg, NonNeg, NonNeg] = (60.0, 25.0, 8.0)
    """Median walk from the vehicle to a door and back by district: a van in a core stands for 60 % of its round
    (Allen et al. 2018, A; seconds D)."""
    walk_dwelling: tuple[NonNeg, NonNeg, NonNeg, NonNeg, NonNeg] = (1.0, 1.0, 1.4, 1.6, 1.4)
    """Times that, by dwelling: stairs, lifts and halls (D)."""
    walk_cv: Cv = 0.6
    failed_min: NonNeg = 4.0
    """Lost at a door where nobody opens (evidence 3, C)."""
    handoff_hour: Annotated[tuple[Share, ...], Field(min_length=24, max_length=24)] = _KERB
    """P(a customer who has been told comes out to the kerb) by hour; times the vehicle's ``handoff`` it is .85-.9
    by day (evidence 12: .85-.96, D)."""
    handoff_dwelling: tuple[Real, Real, Real, Real, Real] = (0.0, 0.0, -0.2, -0.4, 0.0)
    """What the dwelling adds to its logit: it is further from an apartment (evidence 12, D)."""
    handoff_sigma: NonNeg = 0.8
    """Persistent effect of a customer on it, the same people's as on presence (Changshu records: .73 to .9; D)."""
    handoff_wait_min: tuple[Pos, Pos, Pos] = (2.0, 4.0, 8.0)
    """Triangular wait at the kerb (evidence 12, D)."""
    handoff_wait_hour: Annotated[tuple[NonNeg, ...], Field(min_length=24, max_length=24)] = _KERB_WAIT
    """Times that, by hour (D)."""
    drop_point: tuple[Share, Share, Share, Share, Share] = (0.85, 0.60, 0.10, 0.05, 0.20)
    """Has a yard or roof a drone can use (evidence 10.2: .60 suburb, .10 dense; D)."""
    contact: Share = 0.10
    """Contacts an order without news (evidence 5, C)."""
    contact_late: NonNeg = 6.0
    contact_informed: Share = 0.6
    contact_failed: Share = 0.27
    """Of those whose delivery failed, 18-35 % get in touch (evidence 3, C)."""
    contact_mix: tuple[Share, Share, Share] = (0.4, 0.35, 0.25)
    reach: tuple[Share, Share, Share] = (0.97, 0.30, 1.0)
    """SMS, WhatsApp (US), e-mail (evidence 5, D)."""
    message_delivered: tuple[Share, Share, Share] = (0.98, 0.96, 0.85)
    message_seen: tuple[Share, Share, Share] = (0.90, 0.85, 0.45)
    message_seen_min: tuple[Pos, Pos, Pos] = (8.0, 12.0, 90.0)
    """Share seen the same day, and the mean delay of those (evidence 5, C)."""
    segments: tuple[Share, Share, Share] = (0.60, 0.25, 0.15)
    """Shares of customers: price, balanced, speed (McKinsey 2016: about 80 % take the cheapest, a few pay for speed;
    evidence 16.2, D)."""
    utility_base: tuple[Real, Real, Real] = (1.0, 1.0, 0.8)
    """Of any offer against walking away, by segment: price, balanced, speed; .65 of checkouts buy (D)."""
    utility_usd: tuple[Real, Real, Real] = (-0.60, -0.40, -0.20)
    utility_hour: tuple[Real, Real, Real] = (-0.005, -0.012, -0.03)
    """Per hour until the window ends."""
    utility_width: Real = -0.10
    """Per hour of width beyond one (evidence 16.2, D)."""
    late_propensity: Share = 0.92
    fail_propensity: Share = 0.932
    """What a late order or a failed attempt leaves of the rate of ordering: exp(-.08), exp(-.07)
    (Amorim, Eng-Larsson & Rooderkerk 2025, A; late D)."""
    good_propensity: Annotated[float, Field(strict=True, ge=1, le=1.5)] = 1.01
    """What a faultless order adds to it, up to the world's headroom (sign A: early shortens the time; size D)."""
    rating: tuple[Real, Real] = (4.28, 2.55)
    """Mean stars on time and late (Olist, A-)."""

    @model_validator(mode="after")
    def _possible(self) -> "People":
        low, mode, high = self.handoff_wait_min
        if not low <= mode <= high or low == high:
            raise ValueError(f"handoff_wait_min(={list(self.handoff_wait_min)}) must rise: shortest, usual, longest")
        if abs(sum(self.segments) - 1.0) > 1e-9:
            raise ValueError(f"segments(={list(self.segments)}) must sum to 1: price, balanced, speed")
        if abs(sum(self.contact_mix) - 1.0) > 1e-9:
            raise ValueError(f"contact_mix(={list(self.contact_mix)}) must sum to 1: person, chat, self-service")
        if clock(self.office_hours[1]) <= clock(self.office_hours[0]):
            raise ValueError(f"office_hours(={list(self.office_hours)}) must end after they begin")
        return self


@dataclass(frozen=True, config=STRICT)
class Feel:
    """How weather slows streets: factor 1 / (1 + rain * in/h + snow * in/h) and wet pavement.

    Highway Capacity Manual 7, eq. 29-26 (A); sources disagree by two to three times, so
    ``sensitivity`` scales the loss (sweep 1-3).
    """

    rain: NonNeg = 0.48
    snow: NonNeg = 1.4
    wet: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.95
    snowy: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.90
    sensitivity: Annotated[float, Field(strict=True, ge=0, le=5)] = 1.0
