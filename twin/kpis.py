"""Key figures: pure functions of a ledger.

Every ratio is a ratio of totals, and both totals are kept: over replications it must be summed before it is divided
(a mean of daily ratios is biased; a parcel-level interval covers 47 % instead of 95 %).
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.entities import Cause
from twin.ledger import Account, Kind, Ledger
from twin.units import HOUR, MINUTE

Rows = NDArray[np.void]

RATIOS: dict[str, tuple[str, str]] = {
    "cost_per_delivered_parcel": ("cost_total", "delivered"),
    "on_time": ("on_time_parcels", "due_parcels"),
    "first_attempt_success": ("first_successes", "first_attempts"),
    "kgco2e_per_parcel": ("kgco2e", "delivered"),
    "conversion": ("orders", "sessions"),
    "contribution_per_checkout": ("contribution", "sessions"),
    "contacts_per_order": ("contacts", "orders"),
    "contact_wait": ("contact_minutes", "contacts_answered"),
    "messages_per_order": ("messages", "orders"),
    "attempts_per_parcel": ("attempts", "attempted_parcels"),
    "mean_stars": ("stars", "rated"),
    "metres_per_delivered_parcel": ("metres", "delivered"),
    "share_by_sortie": ("sortie_parcels", "delivered"),
    "share_by_carrier": ("carrier_parcels", "delivered"),
}
"""Name of a ratio -> the totals that it divides."""

MEANING: dict[str, tuple[str, str]] = {
    "cost_per_delivered_parcel": ("USD", "All costs over parcels delivered."),
    "on_time": ("share", "Delivered by the end of the promise, of parcels not withdrawn whose promise ended in time."),
    "first_attempt_success": ("share", "Delivered without a second attempt, to a neighbour too, of parcels attempted."),
    "kgco2e_per_parcel": ("kg", "Carbon of vehicles and carriers over parcels delivered."),
    "conversion": ("share", "Checkouts that became orders."),
    "contribution_per_checkout": ("USD", "Fees and margin on goods less all costs, over checkouts."),
    "contacts_per_order": ("1", "Customers asking where it is, over orders."),
    "contact_wait": ("min", "Mean wait of customers who were answered by a person."),
    "messages_per_order": ("1", "Messages sent over orders."),
    "attempts_per_parcel": ("1", "Attempts over parcels attempted."),
    "mean_stars": ("1-5", "Mean rating of finished orders."),
    "metres_per_delivered_parcel": ("m", "Distance of our own vehicles over parcels delivered."),
    "share_by_sortie": ("share", "Deliveries by drone or sidewalk robot."),
    "share_by_carrier": ("share", "Deliveries by third-party carriers."),
    "late_p95": ("min", "95th percentile of minutes after the end of the promise (negative: before)."),
    "cost_total": ("USD", "All costs."),
    "fees": ("USD", "Delivery fees that customers paid; not a cost, not deducted."),
    "goods_margin": ("USD", "Margin on the goods of delivered parcels."),
    "contribution": ("USD", "Fees and margin on goods less all costs."),
    "delivered": ("parcels", "Parcels delivered."),
    "open_parcels": ("parcels", "Parcels still in the system at the end of the run."),
    "returned": ("parcels", "Parcels sent back."),
    "cancelled": ("parcels", "Parcels cancelled before packing."),
    "lost": ("parcels", "Parcels lost."),
    "sessions": ("checkouts", "Checkouts."),
    "orders": ("orders", "Orders taken."),
    "walked": ("checkouts", "Checkouts that walked away."),
    "parcels": ("parcels", "Parcels ordered."),
    "on_time_parcels": ("parcels", "Parcels whose promise ended within the time, delivered by then."),
    "due_parcels": ("parcels", "Parcels whose promise ended within the time."),
    "first_attempts": ("parcels", "Parcels with a first attempt."),
    "first_successes": ("parcels", "Parcels delivered at their first attempt, to a neighbour too."),
    "attempts": ("attempts", "All attempts."),
    "attempted_parcels": ("parcels", "Parcels with at least one attempt."),
    "kgco2e": ("kg", "Carbon of vehicles and carriers."),
    "contacts": ("contacts", "Customers asking where it is."),
    "contacts_answered": ("contacts", "Contacts answered by a person."),
    "contacts_abandoned": ("contacts", "Customers who hung up before a person answered."),
    "contact_minutes": ("min", "Sum of the waits of customers who were answered."),
    "messages": ("messages", "Messages sent."),
    "broken_promises": ("orders", "Orders not complete at the end of their promise."),
    "exceptions": ("exceptions", "Exceptions that needed a remedy."),
    "stars": ("stars", "Sum of ratings."),
    "rated": ("orders", "Orders rated."),
    "metres": ("m", "Distance of our own vehicles."),
    "tours": ("tours", "Tours on the streets."),
    "sorties": ("sorties", "Sorties of drones and robots."),
    "sortie_parcels": ("parcels", "Parcels delivered by a sortie."),
    "carrier_parcels": ("parcels", "Parcels delivered by a carrier."),
    "breakdowns": ("breakdowns", "Vehicles that broke down."),
    "grounded": ("parcels", "Times that a sortie could not leave."),
    "driver_hours": ("h", "Hours on duty of drivers."),
    "detours": ("detours", "Times that a vehicle took another way because of a closure."),
    "detour_metres": ("m", "How much longer those ways were."),
    "detour_hours": ("h", "How much longer they take as usual."),
    "blocked_hours": ("h", "Hours that vehicles stood boxed in by closures."),
    "closed_off": ("exceptions", "Exceptions because no open street led to the address."),
    "withdrawn": ("orders", "Orders that customers withdrew before all was delivered."),
    "replans": ("plans", "Plans between the waves that changed something."),
    "tours_changed": ("tours", "Tours changed under way."),
} | {f"cost_{account.name.lower()}": ("USD", f"Costs booked to {account.name.lower()}.")
     for account in Account if account.is_cost}  # fmt: skip
"""Name -> unit and a sentence."""


@dataclass(frozen=True, slots=True)
class Kpis:
    """The figures of one run.

    Attributes
    ----------
    totals : dict of str to float
        Sums and counts; they add up over runs.
    values : dict of str to float
        The totals, the ratios that are defined (a ratio over nothing is left out), and quantiles.
    """

    totals: dict[str, float]
    values: dict[str, float]

    def fingerprint(self) -> str:
        """Digest of all values."""
        text = "\n".join(f"{name}={self.values[name]!r}" for name in sorted(self.values))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def kpis(ledger: Ledger, start: int = 0) -> Kpis:
    """The key figures of a ledger.

    Parameters
    ----------
    ledger : Ledger
    start : int
        What happened before this time (a warm-up, in which floors and tours fill from nothing) is not counted; a
        promise counts when it ends, a cost when it is posted, an attempt when it is made.
    """
    trace, costs = ledger.trace.columns(), ledger.costs.columns()
    since: Rows = trace[trace["time"] >= start]
    totals = (
        _counts(since)
        | _promises(trace, start)
        | _attempts(trace, start)
        | _ways(since)
        | _closures(since)
        | _money(costs[costs["time"] >= start])
    )
    ratios = {name: totals[top] / totals[below] for name, (top, below) in RATIOS.items() if totals[below]}
    late = since["value"][since["kind"] == Kind.DELIVERED]
    quantile = {"late_p95": float(np.quantile(late, 0.95)) / MINUTE} if len(late) else {}
    return Kpis(totals, totals | ratios | quantile)


_COUNTED = {
    "sessions": Kind.SESSION, "orders": Kind.ORDERED, "walked": Kind.WALKED, "parcels": Kind.CREATED,
    "delivered": Kind.DELIVERED, "open_parcels": Kind.OPEN, "returned": Kind.RETURNED, "cancelled": Kind.CANCELLED,
    "lost": Kind.LOST, "attempts": Kind.ATTEMPTED, "contacts": Kind.CONTACT, "messages": Kind.MESSAGE,
    "contacts_answered": Kind.ANSWERED, "contacts_abandoned": Kind.HUNG_UP,
    "broken_promises": Kind.BROKEN, "exceptions": Kind.EXCEPTION, "rated": Kind.RATED, "tours": Kind.TOUR,
    "sorties": Kind.SORTIE, "breakdowns": Kind.BROKE_DOWN, "grounded": Kind.GROUNDED, "detours": Kind.DETOUR,
    "withdrawn": Kind.WITHDRAWN, "replans": Kind.REPLANNED, "tours_changed": Kind.RETOURED,
}  # fmt: skip


def _counts(trace: Rows) -> dict[str, float]:
    count = np.bincount(trace["kind"], minlength=max(Kind) + 1)
    return {name: float(count[kind]) for name, kind in _COUNTED.items()}


def _of(trace: Rows, kind: Kind) -> Rows:
    rows: Rows = trace[trace["kind"] == kind]
    return rows


_ENDED = (Kind.CANCELLED, Kind.RETURNED)


def _promises(trace: Rows, start: int) -> dict[str, float]:
    """Parcels whose promise ended within the time that counts, and those of them that came by then."""
    end = int(trace["time"].max(initial=0))
    ordered, created, delivered = (_of(trace, kind) for kind in (Kind.ORDERED, Kind.CREATED, Kind.DELIVERED))
    late = np.zeros(int(ordered["subject"].max(initial=-1)) + 1, dtype=np.int64)
    late[ordered["subject"]] = ordered["value"]
    due = np.zeros(int(created["subject"].max(initial=-1)) + 1, dtype=bool)
    promised = late[created["actor"]]
    due[created["subject"]] = (start < promised) & (promised <= end)
    due[trace["subject"][(trace["cause"] == Cause.WITHDRAWN) & np.isin(trace["kind"], _ENDED)]] = False
    in_time = delivered["subject"][delivered["value"] <= 0]
    return {"on_time_parcels": float(due[in_time].sum()), "due_parcels": float(due.sum())}


def _attempts(trace: Rows, start: int) -> dict[str, float]:
    attempts = _of(trace, Kind.ATTEMPTED)
    since = attempts[attempts["time"] >= start]
    tried = np.unique(since["subject"][since["value"] == 1])
    again = attempts["subject"][attempts["value"] > 1]
    taken = np.setdiff1d(np.intersect1d(tried, _of(trace, Kind.DELIVERED)["subject"]), again)
    rated = _of(trace, Kind.RATED)
    return {
        "first_attempts": float(len(tried)),
        "first_successes": float(len(taken)),
        "attempted_parcels": float(len(np.unique(since["subject"]))),
        "stars": float(rated["value"][rated["time"] >= start].sum()),
    }


def _ways(trace: Rows) -> dict[str, float]:
    delivered, sorties = _of(trace, Kind.DELIVERED), _of(trace, Kind.SORTIE)
    flying = np.unique(sorties["subject"])
    return {
        "metres": float(_of(trace, Kind.HOME)["value"].sum()),
        "kgco2e": float(_of(trace, Kind.CARBON)["value"].sum()) / 1e6,
        "sortie_parcels": float(np.isin(delivered["actor"], flying).sum()),
        "carrier_parcels": float((delivered["actor"] <= -2).sum()),
        "contact_minutes": float(_of(trace, Kind.ANSWERED)["value"].sum()) / MINUTE,
        "driver_hours": float(_of(trace, Kind.SHIFT)["value"].sum()) / HOUR,
    }


def _closures(trace: Rows) -> dict[str, float]:
    detours, exceptions = _of(trace, Kind.DETOUR), _of(trace, Kind.EXCEPTION)
    return {
        "detour_metres": float(detours["actor"].sum()),
        "detour_hours": float(detours["value"].sum()) / HOUR,
        "blocked_hours": float(_of(trace, Kind.BLOCKED)["value"].sum()) / HOUR,
        "closed_off": float((exceptions["cause"] == Cause.CLOSED).sum()),
    }


def _money(costs: Rows) -> dict[str, float]:
    by_account = {
        account: int(costs["value"][costs["kind"] == account].sum()) for account in Account if account.is_cost
    }
    fees, goods = (int(costs["value"][costs["place"] == income].sum()) for income in (Account.FEES, Account.GOODS))
    total = sum(by_account.values())
    names = {f"cost_{account.name.lower()}": amount / 1e6 for account, amount in by_account.items()}
    sums = {"cost_total": total, "fees": fees, "goods_margin": goods, "contribution": fees + goods - total}
    return names | {name: amount / 1e6 for name, amount in sums.items()}
