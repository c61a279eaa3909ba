"""An independent look at a whole state: every parcel in one place, every count what counting gives.

It knows nothing of how the twin keeps its books, so it also finds what the checks inside would not.
"""

from collections import Counter

from twin.custody import Custody
from twin.engine import Twin
from twin.ledger import Account
from twin.state import Duty, Phase, Status

_OUT = (Duty.LOADING, Duty.DRIVING, Duty.SERVING, Duty.RESTING, Duty.FLYING)
_PARCELS = 3


def audit(twin: Twin) -> list[str]:
    """What is wrong, in words; nothing when all is well."""
    return [*_parcels(twin), *_vehicles(twin), *_stock(twin), *_orders(twin), *_books(twin), *_waits(twin)]


def _waiting(twin: Twin, phase: Phase) -> list[int]:
    return [wait.who for wait in twin.state.pending.values() if wait.phase == phase]


def places(twin: Twin) -> Counter[int]:
    """How often each parcel stands somewhere: floor, queue, tour, carrier, or waiting for goods or an answer."""
    state = twin.state
    found: Counter[int] = Counter()
    for floor in state.ready:
        found.update(list(floor))
    for queue in state.aloft:
        found.update(parcel for _, parcel in queue)
    for unit in state.units:
        aboard = [parcel for stop in unit.tour for parcel in stop[_PARCELS:]]
        found.update(p for p in aboard if unit.duty == Duty.LOADING or state.status[p] == Status.ABOARD)
        found.update(unit.kept)
        found.update(parcel for stop in unit.next for parcel in stop[_PARCELS:])
    for deliveries in state.queue:
        found.update(entry[1] for entry in deliveries)
    for phase in (Phase.PICKED, Phase.BACKORDER, Phase.ANSWER):
        found.update(_waiting(twin, phase))
    return found


def _parcels(twin: Twin) -> list[str]:
    state, found = twin.state, places(twin)
    wrong = [
        f"parcel {parcel} ({Status(status).name}) stands in {found[parcel]} places"
        for parcel, status in enumerate(state.status)
        if found[parcel] != (Status.NONE < status < Status.DELIVERED)
    ]
    if Custody(state.status).counts != twin.custody.counts:
        wrong.append(f"counts by status are {twin.custody.counts}, counted {Custody(state.status).counts}")
    return wrong


def _vehicles(twin: Twin) -> list[str]:
    state, facts = twin.state, twin.facts
    wrong = []
    for unit in state.units:
        mine = [p for p, s in enumerate(state.status) if s == Status.ABOARD and state.holder[p] == unit.id]
        load = (sum(facts.weight_g[p] for p in mine), sum(facts.volume_ml[p] for p in mine), len(mine))
        if load != (unit.load_g, unit.load_ml, unit.load_n):
            wrong.append(f"vehicle {unit.id} has {(unit.load_g, unit.load_ml, unit.load_n)} on board, counted {load}")
        full = facts.kinds[unit.group].battery_wh
        if full + unit.charged_wh - unit.used_wh != unit.battery_wh or not 0 <= unit.battery_wh <= full:
            wrong.append(f"vehicle {unit.id} has {unit.battery_wh} Wh")
        busy = unit.duty not in (Duty.IDLE, Duty.GONE)
        if busy != (unit.wait in state.pending and state.pending[unit.wait].who == unit.id):
            wrong.append(f"vehicle {unit.id} is {Duty(unit.duty).name} and its wait is {state.pending.get(unit.wait)}")
    for group, kind in enumerate(facts.kinds):
        out = sum(unit.duty in _OUT for unit in state.units if unit.group == group)
        if kind.spec.vehicles_per_operator:
            seats = len(state.operators[group]) * kind.spec.vehicles_per_operator
            if state.seats[group] + out != seats:
                wrong.append(f"group {group} has {state.seats[group]} seats free and {out} out, of {seats}")
    return wrong


def _stock(twin: Twin) -> list[str]:
    state, facts = twin.state, twin.facts
    reserved: Counter[int] = Counter()
    for parcel, status in enumerate(state.status):
        if status == Status.PICKING:
            reserved[state.holder[parcel] * facts.skus + facts.sku[parcel]] += 1
    wrong = []
    for at, units in enumerate(state.reserved):
        if units != reserved[at] or not units <= state.record[at] <= state.shelf[at]:
            wrong.append(f"product {at}: {units} reserved, counted {reserved[at]}; {state.record[at]} on record")
        if state.received[at] != state.shelf[at] + state.sold[at]:
            wrong.append(f"product {at}: {state.received[at]} received, {state.shelf[at]} there, {state.sold[at]} sold")
    return wrong


def _orders(twin: Twin) -> list[str]:
    state, facts = twin.state, twin.facts
    wrong = []
    for order in range(len(facts.session_time)):
        parcels = range(facts.first_parcel[order], facts.first_parcel[order + 1])
        left = sum(Status.NONE < state.status[parcel] < Status.DELIVERED for parcel in parcels)
        if state.left[order] != left:
            wrong.append(f"order {order} has {state.left[order]} parcels to come, counted {left}")
    return wrong


def _books(twin: Twin) -> list[str]:
    book = twin.ledger.costs.columns()
    counted = [
        int(book["value"][book["kind"] == account].sum()) - int(book["value"][book["place"] == account].sum())
        for account in Account
    ]
    return [] if counted == twin.accounts.balance else [f"balances are {twin.accounts.balance}, in the book {counted}"]


def _waits(twin: Twin) -> list[str]:
    return [f"{wait} is over at {twin.now}" for wait in twin.state.pending.values() if wait.due < twin.now]
