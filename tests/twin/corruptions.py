"""Facts that change without their event: what an audit of the whole state must find."""

from collections.abc import Callable
from typing import NamedTuple

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet
from tests.worlds import PLAIN
from twin.engine import Twin
from twin.ledger import Account
from twin.state import Duty, Status
from twin.units import HOUR, MINUTE


class Corruption(NamedTuple):
    """The law that it breaks, and what it does to a twin in the middle of a morning."""

    law: str
    change: Callable[[Twin], None]

    def planted(self) -> Twin:
        """A toy twin that has been corrupted."""
        twin = healthy()
        self.change(twin)
        return twin


def healthy() -> Twin:
    """A toy twin at 10:00, with parcels on the floor, on the road and at the shelf."""
    twin = Twin(toy_world(days=2, fleet=toy_fleet(van=1, evan=1, robovan=1)), PLAIN)
    twin.run(10 * HOUR)
    while not any(status == Status.PICKING for status in twin.state.status):
        twin.run(twin.now + MINUTE)
    return twin


def forgotten(twin: Twin) -> None:
    """A parcel is taken from the floor."""
    twin.state.ready[0].popitem()


def doubled(twin: Twin) -> None:
    """A parcel on the floor waits for a drone as well."""
    parcel = next(iter(twin.state.ready[0]))
    twin.state.aloft[0].append((twin.state.late[twin.facts.order_of[parcel]], parcel))


def unwritten(twin: Twin) -> None:
    """A parcel is delivered, but not in the counts."""
    parcel = next(iter(twin.state.ready[0]))
    del twin.state.ready[0][parcel]
    twin.state.status[parcel] = Status.DELIVERED


def miscounted(twin: Twin) -> None:
    """An order waits for one parcel more than it has."""
    twin.state.left[next(order for order, left in enumerate(twin.state.left) if left)] += 1


def heavier(twin: Twin) -> None:
    """A load is a gram heavier than what is on board."""
    next(unit for unit in twin.state.units if unit.load_n).load_g += 1


def frozen(twin: Twin) -> None:
    """A vehicle on the road waits for nothing."""
    unit = next(unit for unit in twin.state.units if unit.duty not in (Duty.IDLE, Duty.GONE))
    twin.calendar.cancel(unit.wait)


def extra_seat(twin: Twin) -> None:
    """An operator can supervise one more than agreed."""
    twin.state.seats[2] += 1


def unbooked(twin: Twin) -> None:
    """A posting is written, and no account knows."""
    twin.ledger.costs.append(twin.now, Account.LABOUR, 0, -1, -1, Account.CASH, 5)


def reserved_for_nobody(twin: Twin) -> None:
    """A unit is reserved that nobody picks."""
    at = next(i for i, units in enumerate(twin.state.record) if units > twin.state.reserved[i])
    twin.state.reserved[at] += 1


def stolen(twin: Twin) -> None:
    """A unit vanishes from a shelf."""
    twin.state.shelf[0] -= 1


CORRUPTIONS = [
    Corruption("I1", forgotten),
    Corruption("I1", doubled),
    Corruption("I2", unwritten),
    Corruption("I2", miscounted),
    Corruption("I4", heavier),
    Corruption("I7", frozen),
    Corruption("I7", extra_seat),
    Corruption("I8", unbooked),
    Corruption("I9", reserved_for_nobody),
    Corruption("I9", stolen),
]
