"""What ``twin new-policy`` writes: a policy that passes its contract test at once, to be edited."""

from string import Template

CALLS = {
    "routing": (
        "from twin.entities import Dispatch, Tour\nfrom twin.errors import PolicyError\nfrom twin.legal import tours",
        '''\
    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``: by deadline, each stop in the first vehicle that still can serve it."""
        dispatch = view.dispatch
        plan = {vehicle.id: Tour(vehicle.id, ()) for vehicle in dispatch.vehicles}
        for stop in sorted(dispatch.stops, key=lambda stop: stop.tw_late):
            for vehicle, tour in plan.items():
                longer = Tour(vehicle, (*tour.stops, stop))
                if possible(dispatch, longer):
                    plan[vehicle] = longer
                    break
        return tuple(tour for tour in plan.values() if tour.stops)


def possible(dispatch: Dispatch, tour: Tour) -> bool:
    """Whether a vehicle can do a tour: load, range, working time."""
    try:
        tours(dispatch, [tour])
    except PolicyError:
        return False
    return True
''',
    ),
    "promising": (
        """\
from collections.abc import Sequence

from twin.entities import Offer, Session, Slot
from twin.units import usd""",
        '''\
    price_usd: float = 2.99

    def __call__(self, view: View, session: Session, slots: Sequence[Slot], /) -> tuple[Offer, ...]:
        """Windows and prices to show: every window with room, at one price."""
        price = usd(self.price_usd)
        return tuple(Offer(slot.window, price) for slot in slots if slot.booked < slot.capacity)
''',
    ),
    "placement": (
        "from twin.entities import Replenishment",
        '''\
    def __call__(self, view: View, /) -> tuple[Replenishment, ...]:
        """What each micro-fulfilment centre orders tonight: what is missing to its opening stock."""
        lines = []
        for mfc in range(view.depots):
            missing = view.opening_stock(mfc) - view.stock(mfc) - view.in_transit(mfc)
            lines += [Replenishment(mfc, sku, units) for sku, units in enumerate(missing.tolist()) if units > 0]
        return tuple(lines)
''',
    ),
    "carriers": (
        "from collections.abc import Sequence\n\nfrom twin.entities import CarrierOffer, Parcel",
        '''\
    def __call__(self, view: View, parcel: Parcel, offers: Sequence[CarrierOffer], /) -> CarrierOffer:
        """The offer to take: the cheapest."""
        return min(offers, key=lambda offer: offer.price)
''',
    ),
    "recovering": (
        "from collections.abc import Sequence\n\nfrom twin.entities import RemedyOffer, Trouble",
        '''\
    def __call__(self, view: View, trouble: Trouble, remedies: Sequence[RemedyOffer], /) -> RemedyOffer:
        """The remedy to take: the one that works most often, the cheaper of two as good."""
        return min(remedies, key=lambda remedy: (-remedy.success, remedy.price))
''',
    ),
    "notifying": (
        "from twin.entities import Channel, Notice",
        '''\
    most: int = 4

    def __call__(self, view: View, notice: Notice, /) -> tuple[Channel, ...]:
        """The channels to use: the first possible one, until the customer has had enough."""
        return notice.channels[:1] if notice.already < self.most else ()
''',
    ),
    "forecasting": (
        "import numpy as np\n\nfrom twin.entities import Forecast",
        '''\
    def __call__(self, view: View, /) -> Forecast:
        """Parcels of today by area: the mean of the days before, give or take 1.28 standard deviations."""
        days = view.orders_by_day()[:-1]
        mean = days.mean(axis=0) if len(days) else np.zeros(view.areas)
        spread = 1.28 * np.sqrt(mean + 1)
        return Forecast(view.day, mean, np.maximum(mean - spread, 0), mean + spread)
''',
    ),
    "adapting": (
        "from twin.entities import Adjustment, Knob",
        '''\
    enough: int = 30
    poor: float = 0.5

    def __call__(self, view: View, /) -> tuple[Adjustment, ...]:
        """What to change tonight: areas where too few deliveries succeed are served in the evening first."""
        changes = []
        for area in range(view.areas):
            successes, attempts = view.success(area)
            if attempts >= self.enough and successes < self.poor * attempts:
                changes.append(Adjustment(Knob.EVENING_FIRST, area, 1, f"{successes} of {attempts} succeeded"))
        return tuple(changes)
''',
    ),
}
"""Port -> what its policy imports, and how it decides."""

POLICY = Template('''\
"""A policy for $port: say here what it does, and why that should be better."""

from dataclasses import dataclass

$imports
from twin.ports import View


@dataclass(frozen=True)
class $name:
    """What it decides, and the source of every default.

    It is a function of what it is given and of its parameters: no memory, no clock, no generator of its own
    (``view.luck`` has keyed luck).
    """

$call''')

TEST = Template('''\
"""$name keeps the contract of the port $port."""

from $module import $name

from policies.check import check_policy


def test_${module}_keeps_the_contract() -> None:
    """It decides legally, the same each time, and changes nothing that it is shown."""
    check_policy($name(), "$port")
''')

CHOICE = Template("""\
# Chosen with: --config-dir conf policies/$port=$module plugins=[$module]
_target_: $module.$name
""")
